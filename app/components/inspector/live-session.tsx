import { useRevalidator } from '@remix-run/react'
import { useEffect, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { FollowToggle } from '../projects/follow-toggle.tsx'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'
import { FactList } from './fact-list.tsx'
import type { Fact, Moment } from './shown.ts'

/** What changes while one looks on. `began` tells one session from another. */
export type SessionView = { began: number; facts: Fact[]; moments: Moment[] }

/** The newest view of a session, and a way to ask for a newer one, which leaves the session as it is. */
export function useLiveSession(loaded: SessionView) {
  const [view, setView] = useState(loaded)
  const [isOver, setOver] = useState(false)
  const { revalidate } = useRevalidator()
  useEffect(() => setView(loaded), [loaded])

  async function look() {
    const answer = await fetch('/inspect/timeline', { headers: { Accept: 'application/json' } }).catch(() => null)
    if (answer?.status === 401) setOver(true)
    if (!answer?.ok) return
    const newer: SessionView = await answer.json()
    if (newer.began === loaded.began) setView(newer)
    else revalidate()
  }
  return { view, isOver, look }
}

/** The time line of a session, and the button that keeps it up to date. */
export function SessionTimeline({ live: { view, isOver, look } }: { live: ReturnType<typeof useLiveSession> }) {
  return (
    <section className="section" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t('What happened to this session')}</h2>
      {isOver ? (
        <p className="notice notice-bad" role="alert">
          <RichWords
            text="This session has ended. {link}"
            parts={{ link: <a href="/inspect">{t('Load the page anew')}</a> }}
          />
        </p>
      ) : (
        <p className="actions">
          <FollowToggle startsOn look={look} />{' '}
          <a className="button button-plain" href="/inspect">
            {t('Reload')}
          </a>
        </p>
      )}
      <p className="meta">
        {t(
          'The last day, from the record that all servers share. Looking on changes nothing: it neither replaces your ticket nor counts as using the session.',
        )}
      </p>
      <ol className="timeline">
        {view.moments.map(({ key, at, tone, title, text }) => (
          <li key={key} className={`timeline-${tone}`}>
            <p>
              <strong>{title}</strong>{' '}
              <span className="meta">
                <Timestamp at={at} exact />
              </span>
            </p>
            <p className="meta">{text}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}

export function SessionFacts({ facts }: { facts: Fact[] }) {
  return (
    <section className="card" aria-labelledby="session-row-title">
      <h3 className="card-title" id="session-row-title">
        {t('Your session')}
      </h3>
      <FactList facts={facts} />
    </section>
  )
}
