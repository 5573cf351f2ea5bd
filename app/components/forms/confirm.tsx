import type { ReactNode } from 'react'

type ConfirmProps = {
  /** What opens the question, such as "Delete". */
  label: ReactNode
  question: ReactNode
  /** The form that does it. */
  children: ReactNode
}

/** A step between wanting and doing that needs no script. */
export function Confirm({ label, question, children }: ConfirmProps) {
  return (
    <details className="confirm">
      <summary className="button button-quiet">{label}</summary>
      <div className="confirm-body">
        <p>{question}</p>
        {children}
      </div>
    </details>
  )
}
