import { Timestamp } from '../text/timestamp.tsx'
import type { Fact } from './shown.ts'

/** Facts, each with why it matters. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="pairs">
      {facts.map(({ term, text, at, why }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <span className="fact">{at === undefined ? text : <Timestamp at={at} exact />}</span>{' '}
            <span className="meta">{why}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
