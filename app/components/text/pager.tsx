import { Link, useLocation } from '@remix-run/react'
import { t } from '../../i18n/index.ts'

/** Links to the pages of a list; nothing when there is only one. Keeps the rest of the query. */
export function Pager({ page, limit, total }: { page: number; limit: number; total: number }) {
  const { pathname, search } = useLocation()
  const last = Math.max(1, Math.ceil(total / limit))
  if (last === 1) return null

  function pathOf(number: number): string {
    const query = new URLSearchParams(search)
    query.delete('done')
    query.set('page', String(number))
    return `${pathname}?${query}`
  }

  return (
    <nav className="pager" aria-label={t('Pages')}>
      {page > 1 ? (
        <Link to={pathOf(page - 1)} rel="prev">
          {t('Previous')}
        </Link>
      ) : null}{' '}
      <span>{t('Page {page} of {last}', { page, last })}</span>{' '}
      {page < last ? (
        <Link to={pathOf(page + 1)} rel="next">
          {t('Next')}
        </Link>
      ) : null}
    </nav>
  )
}
