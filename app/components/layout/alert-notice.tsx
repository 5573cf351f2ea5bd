import { useEffect, useRef } from 'react'

/** A refusal shown on the page it concerns. A new one takes the focus. */
export function AlertNotice({ refusal }: { refusal: { message: string } | undefined }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (refusal) box.current?.focus()
  }, [refusal])
  if (!refusal) return null
  return (
    <div ref={box} className="notice notice-bad" role="alert" tabIndex={-1}>
      <p>{refusal.message}</p>
    </div>
  )
}
