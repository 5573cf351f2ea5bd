import { data, redirect } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { AdminTabs } from '../components/admin-tabs.tsx'
import { AlertNotice } from '../components/alert-notice.tsx'
import { useCurrentUser } from '../components/current-user.ts'
import { type Done, withDone } from '../components/done-notice.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { requireQuery, sentenceOf } from '../components/page-input.server.ts'
import { pageTitle } from '../components/page-title.ts'
import { Pager } from '../components/pager.tsx'
import { type UserIntent, UserRow } from '../components/user-row.tsx'
import { managedUser, pageOf, type Role, userSearch } from '../contract/index.ts'
import { Problem } from '../kernel/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, api }) => {
  const { q, page } = requireQuery(url, userSearch)
  const list = await api.get('/admin/users', pageOf(managedUser), { query: { q, page } })
  if (list.items.length === 0 && page > 1) throw redirect(pathOf(q, 1))
  return { list, q }
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
    const { q, page } = requireQuery(url, userSearch)
    return redirect(withDone(pathOf(q, page), change.done))
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

function pathOf(q: string, page: number): string {
  const query = new URLSearchParams()
  if (q !== '') query.set('q', q)
  if (page > 1) query.set('page', String(page))
  return query.size > 0 ? `/admin/users?${query}` : '/admin/users'
}

export const meta = pageTitle('People')

export default function People() {
  const { list, q } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  const self = useCurrentUser()
  return (
    <>
      <h1>People</h1>
      <AdminTabs />
      <AlertNotice refusal={refusal} />
      <SearchForm q={q} />
      <p className="meta">
        {list.total} {list.total === 1 ? 'person' : 'people'}
        {q === '' ? '' : ` found for “${q}”`}
      </p>
      {list.items.length === 0 ? (
        <EmptyState title="Nobody found">Try a part of a name or of an email address.</EmptyState>
      ) : (
        <ul className="cards rows">
          {list.items.map((user) => (
            <li key={user.id}>
              <UserRow user={user} action={pathOf(q, list.page)} isSelf={user.id === self?.id} />
            </li>
          ))}
        </ul>
      )}
      <Pager {...list} />
    </>
  )
}

function SearchForm({ q }: { q: string }) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current) input.current.value = q
  }, [q])
  return (
    <Form method="get" action="/admin/users" className="search">
      <label htmlFor="search">Name or email address</label>
      <input ref={input} id="search" type="search" name="q" defaultValue={q} maxLength={254} autoComplete="off" />
      <button type="submit" className="button button-plain">
        Search
      </button>
    </Form>
  )
}
