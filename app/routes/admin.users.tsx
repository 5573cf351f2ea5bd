import { data, redirect } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { AdminTabs } from '../components/admin/admin-tabs.tsx'
import { type UserIntent, UserRow } from '../components/admin/user-row.tsx'
import { ChoiceField, FilterField } from '../components/forms/choice-field.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { EmptyState } from '../components/layout/empty-state.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { useCurrentUser } from '../components/session/current-user.ts'
import { Pager } from '../components/text/pager.tsx'
import { managedUser, pageOf, type Role, type SortOrder, type UserSort, userSearch } from '../contract/index.ts'
import { message, type PlainMessage, plural, t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'
import { type Done, withDone } from '../presenters/notices.server.ts'
import { requireQuery, sentenceOf } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, api }) => {
  const { page, ...view } = requireQuery(url, userSearch.omit({ limit: true }))
  const list = await api.get('/admin/users', pageOf(managedUser), { query: { ...view, page } })
  if (list.items.length === 0 && page > 1) throw redirect(pathOf(view, 1))
  return { list, view }
})

export const action = /* @__PURE__ */ guardAction(
  { access: 'admin', fresh: true },
  async ({ url, form, api, principal }) => {
    const change = changes.get(String(form.get('intent')))
    const id = form.get('id')
    if (change === undefined || typeof id !== 'string' || id === '') {
      throw new Problem('malformed_request', { detail: 'The form did not say what to do.' })
    }
    const path = `/admin/users/${encodeURIComponent(id)}`
    try {
      await (change.body ? api.patch(path, change.body, managedUser) : api.delete(path))
    } catch (error) {
      if (!(error instanceof Problem) || ![404, 409, 422, 429].includes(error.status)) throw error
      return data({ refusal: { message: sentenceOf(error) } }, { status: error.status })
    }
    // Whoever changed themselves may no longer see this page.
    if (id === principal.userId) return redirect(withDone('/dashboard', change.done))
    const { page, ...view } = requireQuery(url, userSearch.omit({ limit: true }))
    return redirect(withDone(pathOf(view, page), change.done))
  },
)

type Change = { body: { role: Role } | { disabled: boolean } | null; done: Done }

/** What each button asks of the API; no body means deletion. */
const changes: ReadonlyMap<string, Change> = /* @__PURE__ */ new Map<UserIntent, Change>([
  ['disable', { body: { disabled: true }, done: 'user-disabled' }],
  ['enable', { body: { disabled: false }, done: 'user-enabled' }],
  ['promote', { body: { role: 'admin' }, done: 'user-promoted' }],
  ['demote', { body: { role: 'user' }, done: 'user-demoted' }],
  ['delete', { body: null, done: 'user-deleted' }],
])

/** What is looked for and how it is sorted. */
type View = { q: string; sort: UserSort; order: SortOrder }

function pathOf({ q, sort, order }: View, page: number): string {
  const query = new URLSearchParams()
  if (q !== '') query.set('q', q)
  if (sort !== 'joined') query.set('sort', sort)
  if (order !== 'desc') query.set('order', order)
  if (page > 1) query.set('page', String(page))
  return query.size > 0 ? `/admin/users?${query}` : '/admin/users'
}

export const meta = pageTitle(() => t('People'))

export default function People() {
  const { list, view } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  const self = useCurrentUser()
  return (
    <>
      <h1>{t('People')}</h1>
      <AdminTabs />
      <AlertNotice refusal={refusal} />
      <SearchForm view={view} />
      <p className="meta">
        {plural('{count} person|{count} people', list.total)}
        {view.q === '' ? '' : ` ${t('found for “{words}”', { words: view.q })}`}
      </p>
      {list.items.length === 0 ? (
        <EmptyState title={t('Nobody found')}>{t('Try a part of a name or of an email address.')}</EmptyState>
      ) : (
        <ul className="cards rows">
          {list.items.map((user) => (
            <li key={user.id}>
              <UserRow user={user} action={pathOf(view, list.page)} isSelf={user.id === self?.id} />
            </li>
          ))}
        </ul>
      )}
      <Pager {...list} />
    </>
  )
}

const sorts = [
  ['joined', message('When they joined')],
  ['name', message('Name')],
  ['email', message('Email address')],
  ['role', message('Role')],
  ['disabled', message('When they were disabled')],
] as const satisfies readonly [UserSort, PlainMessage][]

const orders = [
  ['desc', message('Descending')],
  ['asc', message('Ascending')],
] as const satisfies readonly [SortOrder, PlainMessage][]

function inWords(options: readonly (readonly [string, PlainMessage])[]) {
  return options.map(([value, words]) => [value, t(words)] as const)
}

function SearchForm({ view }: { view: View }) {
  return (
    <Form method="get" action="/admin/users" className="filters">
      <FilterField
        id="search"
        name="q"
        label={t('Name or email address')}
        type="search"
        maxLength={254}
        value={view.q}
      />
      <ChoiceField id="sort" name="sort" label={t('Sorted by')} value={view.sort} options={inWords(sorts)} />
      <ChoiceField id="order" name="order" label={t('Order')} value={view.order} options={inWords(orders)} />
      <p className="actions">
        <button type="submit" className="button">
          {t('Search')}
        </button>
      </p>
    </Form>
  )
}
