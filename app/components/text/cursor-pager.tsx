import { Link, useLocation } from '@remix-run/react'
import { t } from '../../i18n/index.ts'

/** Ways on in a list that grows at its top: to what is older, and back to the newest. Keeps the rest of the query. */
export function CursorPager({ next }: { next: number | null }) {
  const { pathname, search } = useLocation()
  const query = new URLSearchParams(search)
  query.delete('done')
  const isBelowTop = query.has('before')
  query.delete('before')
  const newest = query.size > 0 ? `${pathname}?${query}` : pathname
  if (!isBelowTop && next === null) return null
  if (next !== null) query.set('before', String(next))
  return (
    <nav className="pager" aria-label={t('Pages')}>
      {isBelowTop ? <Link to={newest}>{t('Newest')}</Link> : null}{' '}
      {next === null ? null : (
        <Link to={`${pathname}?${query}`} rel="next">
          {t('Older')}
        </Link>
      )}
    </nav>
  )
}
