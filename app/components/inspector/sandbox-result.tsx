import { useEffect, useRef } from 'react'
import { t } from '../../i18n/index.ts'
import { RichWords } from '../text/rich-words.tsx'
import type { ShownRun } from './shown.ts'

/** What happened in the sandbox, step by step. A new result takes the focus. */
export function SandboxResult({ run }: { run: ShownRun }) {
  const title = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each run is a new object, and is to be read
  useEffect(() => title.current?.focus(), [run])
  return (
    <section className="section" id="result" aria-labelledby="result-title">
      <h3 id="result-title" tabIndex={-1} ref={title}>
        {t('{title}: what happened', { title: run.title })}
      </h3>
      <ol className="timeline">
        {run.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name and never move
          <li key={index} className={`timeline-${step.tone}`}>
            <p className="record-head">
              <RichWords text="{who} shows {what}" parts={{ who: <strong>{step.who}</strong>, what: step.shows }} />{' '}
              <span className={step.tone === 'bad' ? 'badge badge-bad' : 'badge badge-strong'}>{step.verdict}</span>{' '}
              <span className="meta">{t('after {time}', { time: step.after })}</span>
            </p>
            <p>{step.text}</p>
            <p className="meta">
              {t('Sent to the browser: {sent}. Row afterwards: {row}.', { sent: step.sent, row: step.row })}
            </p>
          </li>
        ))}
      </ol>
      <p className="notice notice-good">{run.lesson}</p>
    </section>
  )
}
