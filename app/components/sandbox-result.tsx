import { useEffect, useRef } from 'react'
import type { ShownRun } from './sandbox-words.ts'

/** What happened in the sandbox, step by step. A new result takes the focus. */
export function SandboxResult({ run }: { run: ShownRun }) {
  const title = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each run is a new object, and is to be read
  useEffect(() => title.current?.focus(), [run])
  return (
    <section className="section" id="result" aria-labelledby="result-title">
      <h3 id="result-title" tabIndex={-1} ref={title}>
        {run.title}: what happened
      </h3>
      <ol className="timeline">
        {run.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name and never move
          <li key={index} className={`timeline-${step.tone}`}>
            <p className="record-head">
              <strong>{step.who}</strong> shows {step.shows}{' '}
              <span className={step.tone === 'bad' ? 'badge badge-bad' : 'badge badge-strong'}>{step.verdict}</span>{' '}
              <span className="meta">after {step.after}</span>
            </p>
            <p>{step.text}</p>
            <p className="meta">
              Sent to the browser: {step.sent}. Row afterwards: {step.row}.
            </p>
          </li>
        ))}
      </ol>
      <p className="notice notice-good">{run.lesson}</p>
    </section>
  )
}
