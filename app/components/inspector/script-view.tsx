import { useEffect, useState } from 'react'
import { message, type PlainMessage, t } from '../../i18n/index.ts'

type Seen = (readonly [place: string, found: string])[]

/** What our own pages keep for a tab. */
const known: Record<string, PlainMessage> = {
  positions: message('how far you had scrolled'),
  'cloakroom-signed-in': message('that somebody is signed in'),
}

/** Looks around as any script of this page could, and shows what it found: names, never values. */
export function ScriptView() {
  const [seen, setSeen] = useState<Seen | null>(null)
  useEffect(() => void lookAround().then(setSeen), [])
  return (
    <section className="card" aria-labelledby="script-view-title">
      <h3 className="card-title" id="script-view-title">
        {t('What a script can read here')}
      </h3>
      {seen === null ? (
        <p>{t('With scripts switched on, one looks around here right now. None is running.')}</p>
      ) : (
        <dl className="pairs">
          {seen.map(([place, found]) => (
            <div key={place}>
              <dt>
                <code>{place}</code>
              </dt>
              <dd>{found}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="meta">
        {t(
          'A script that somebody smuggles into a page is the usual thief. It finds nothing to carry away. While the page is open it can still act in your name: no ticket of any kind prevents that.',
        )}
      </p>
    </section>
  )
}

async function lookAround(): Promise<Seen> {
  const { cookie } = document
  const names = cookie.split(/; */).map((pair) => pair.split('=', 1)[0])
  const databases = await indexedDB.databases?.().catch(() => [])
  return [
    ['document.cookie', cookie === '' ? t('"" (empty: scripts see no cookie at all)') : names.join(', ')],
    ['localStorage', inWords(Object.keys(localStorage))],
    ['sessionStorage', inWords(Object.keys(sessionStorage))],
    ['indexedDB', databases ? inWords(databases.map(({ name }) => name ?? '')) : t('this browser does not tell')],
  ]
}

function inWords(names: string[]): string {
  return names.length === 0 ? t('empty') : names.map(nameInWords).join(', ')
}

function nameInWords(name: string): string {
  const words = known[name]
  return words === undefined ? name : t(words)
}
