import { useEffect, useRef } from 'react'
import { plural } from '../../i18n/index.ts'
import { useHydrating } from './hydrating.ts'
import type { FormAnswer, PostedField } from './posted-form.ts'

type ErrorSummaryProps = {
  /** Messages about the form as a whole. */
  errors: string[] | undefined
  fields: readonly PostedField[]
  /** The last answer of the server: a new one moves the focus here. */
  answer: FormAnswer
}

/** Everything that keeps a form from being accepted, on top of it, announced, each with a way to its field. */
export function ErrorSummary({ errors, fields, answer }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  const cameWithDocument = useRef(useHydrating())
  useEffect(() => {
    // Whoever is in a field of the page before its scripts come stays there.
    const isInUse = cameWithDocument.current && document.activeElement !== document.body
    cameWithDocument.current = false
    if (answer && !isInUse) box.current?.focus()
  }, [answer])

  const wrong = fields.filter((field) => field.errors)
  if (!errors && wrong.length === 0) return null
  return (
    <div ref={box} className="notice notice-bad error-summary" role="alert" tabIndex={-1}>
      {errors?.map((message) => (
        <p key={message}>{message}</p>
      ))}
      {wrong.length > 0 ? (
        <>
          <p>{plural('One answer needs another look:|{count} answers need another look:', wrong.length)}</p>
          <ul>
            {wrong.map((field) => (
              <li key={field.id}>
                <a href={`#${field.id}`}>{field.errors?.join(' ')}</a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  )
}
