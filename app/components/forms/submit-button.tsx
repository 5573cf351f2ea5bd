import type { ReactNode } from 'react'
import { useFormPending } from './post-form.tsx'

type SubmitButtonProps = {
  children: ReactNode
  /** What the button says while the server works, such as "Signing in…". */
  pending: string
  look?: 'primary' | 'plain' | 'danger'
  /** Which of a page's forms this is; sent as `intent`. */
  intent?: string
}

/** The button of a `PostForm`. While pending it keeps the focus (no `disabled`) but does nothing more. */
export function SubmitButton({ children, pending, look = 'primary', intent }: SubmitButtonProps) {
  const isPending = useFormPending()
  return (
    <button
      type="submit"
      className={`button button-${look}`}
      name={intent ? 'intent' : undefined}
      value={intent}
      aria-disabled={isPending || undefined}
      aria-busy={isPending || undefined}
    >
      {isPending ? pending : children}
    </button>
  )
}
