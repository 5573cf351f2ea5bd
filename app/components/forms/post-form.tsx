import { Form, useLocation, useNavigation } from '@remix-run/react'
import { createContext, type FormEvent, type ReactNode, useContext, useEffect, useState } from 'react'
import { CsrfField } from './csrf-field.tsx'

const Pending = createContext(false)

/** Whether the form around is on its way to the server. */
export function useFormPending(): boolean {
  return useContext(Pending)
}

export type PostFormProps = {
  /** Own path (with query) that the form goes to. Always named: the address in view may hold a notice. */
  action: string
  children: ReactNode
  id?: string
  className?: string
  /** Loads a new document instead of changing this one. */
  reloadDocument?: boolean
  /** Asks before the page is left with something typed and not sent; see `UnsavedNotice`. */
  asks?: boolean
}

/** A form that posts, with and without scripts: CSRF field, our own messages, and sent only once. */
export function PostForm({ action, children, id, className, reloadDocument, asks }: PostFormProps) {
  const idle = useNavigation().state === 'idle'
  const { key } = useLocation()
  const [sent, setSent] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place means that the answer has come
  useEffect(() => {
    if (idle) setSent(false)
  }, [idle, key])

  function submitOnce(event: FormEvent<HTMLFormElement>) {
    if (sent) {
      event.preventDefault()
      return
    }
    setSent(true)
  }

  return (
    <Form
      method="post"
      action={action}
      id={id}
      className={className}
      onSubmit={submitOnce}
      reloadDocument={reloadDocument}
      data-asks={asks || undefined}
      noValidate
    >
      <CsrfField />
      <Pending.Provider value={sent && !idle}>{children}</Pending.Provider>
    </Form>
  )
}
