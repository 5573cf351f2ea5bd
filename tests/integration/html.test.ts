import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import type { HTMLElement } from 'node-html-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Seen, startTourServer, takeTour } from '../support/page-tour.ts'
import { declaredPath, pagesAmong, type RouteRow, readRouteTable } from '../support/route-table.ts'
import type { TestServer } from '../support/server.ts'

// Every page as the server sends it, in every state that the tour brings it to.

let server: TestServer
let table: RouteRow[]
let seen: Seen[]
beforeAll(async () => {
  server = await startTourServer()
  table = await readRouteTable()
  seen = await takeTour(server, table)
})
afterAll(() => server?.stop())

/** What `find` has to say about each page, with what the page is and only once for all pages that share it. */
function faults(find: (page: Seen) => string[]): string[] {
  const first = new Map<string, string>()
  for (const page of seen) for (const fault of find(page)) if (!first.has(fault)) first.set(fault, page.what)
  return [...first].map(([fault, what]) => `${what}: ${fault}`)
}

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ['html-validate:recommended', 'html-validate:document'],
    rules: {
      // How React spells HTML: equal to any parser, and not ours to choose.
      'attr-case': 'off',
      'attribute-boolean-style': 'off',
      'attribute-empty-style': 'off',
      'void-style': ['error', { style: 'selfclose' }],
      // React's markers for what it streams have a colon in their ids.
      'valid-id': ['error', { relaxed: true }],
      // Mails are shown as they are written: "-- " begins a signature.
      'no-trailing-whitespace': 'off',
      // Scripts and styles come from the own origin, which the policy allows alone.
      'require-sri': ['error', { target: 'crossorigin' }],
      // The form of a passkey is sent by its script and says so without; all others are looked at below.
      'wcag/h32': 'off',
    },
  }),
)

test('no page of the table of routes is left out', () => {
  const shown = (status: number) =>
    new Set(seen.filter(({ answer }) => answer.status === status).map(({ answer }) => declaredPath(table, answer.path)))
  // A sign-out has no page but for its refusal; a provider's paths lead to and from the provider.
  const withoutPage = ['/*', '/login/callback/:provider', '/login/with/:provider', '/logout']
  const pages = pagesAmong(table).map(({ path }) => path)
  expect(pages.filter((path) => !shown(200).has(path))).toEqual(withoutPage)
  expect([...new Set(seen.map(({ answer }) => answer.status))].toSorted()).toEqual([200, 400, 403, 404, 409, 422, 429])
})

test('every form that posts has been refused once', () => {
  const wrong = seen.filter(({ answer }) => answer.status >= 400 && answer.status !== 429)
  const refused = new Set(wrong.map(({ answer }) => declaredPath(table, answer.path)))
  const forms = pagesAmong(table).filter(({ access }) => access.POST !== undefined)
  // Buttons alone: what they send cannot be wrong.
  const buttons = ['/account/activity', '/account/security/recovery-codes', '/account/sessions', '/inspect']
  expect(forms.map(({ path }) => path).filter((path) => !refused.has(path))).toEqual(buttons)
})

test('every page is valid HTML', { timeout: 120_000 }, async () => {
  const found = new Map<string, string>()
  for (const { what, answer } of seen) {
    // What stands inside of scripts is no HTML, and half of all bytes.
    const markup = answer.body.replaceAll(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1</script>')
    const { results } = await validator.validateString(markup, what)
    for (const { ruleId, message, line, column } of results.flatMap(({ messages }) => messages)) {
      const near = markup.split('\n')[line - 1]?.slice(Math.max(0, column - 30), column + 120)
      found.set(`${ruleId}: ${message}`, `${what}: ${near}`)
    }
  }
  expect([...found]).toEqual([])
})

test('every form has a button, but for a passkey whose script adds it', () => {
  const wrong = faults(({ answer: { html } }) =>
    html
      .querySelectorAll('form:not(:has([type=submit])):not(:has([name=step_up_passkey]))')
      .map((form) => `no button: ${form.outerHTML}`),
  )
  expect(wrong).toEqual([])
})

test('every page has a language, a title of its own and one heading at the top', () => {
  const wrong = faults(({ answer: { html } }) => [
    ...(/^(en|de)$/.test(html.querySelector('html')?.getAttribute('lang') ?? '') ? [] : ['has no language']),
    ...(/\S.* · Cloakroom|Cloakroom/.test(html.querySelector('title')?.textContent ?? '') ? [] : ['has no title']),
    ...(html.querySelectorAll('h1').length === 1 ? [] : [`has ${html.querySelectorAll('h1').length} first headings`]),
    ...(html.querySelectorAll('main').length === 1 ? [] : ['has no main']),
  ])
  expect(wrong).toEqual([])
})

const typed = 'input:not([type=hidden]), select, textarea'
const controls = (page: Seen) =>
  page.answer.html.querySelectorAll(typed).filter((input) => !input.hasAttribute('hidden'))

/** The words that a control is called by (accname 1.2, in the ways that these pages use). */
function nameOf(page: Seen, input: HTMLElement): string {
  const label = page.answer.html.querySelector(`label[for="${input.id}"]`) ?? input.closest('label')
  return (input.getAttribute('aria-label') ?? label?.textContent ?? '').trim()
}

test('every control has a name, and every description that is pointed at is there', () => {
  const wrong = faults((page) =>
    controls(page).flatMap((input) => {
      const described = (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
      const missing = described.filter(
        (id) => page.answer.html.querySelector(`[id="${id}"]`)?.textContent.trim() === '',
      )
      return [
        ...(nameOf(page, input) === '' ? [`no name: ${input.outerHTML}`] : []),
        ...missing.map((id) => `nothing at #${id}: ${input.outerHTML}`),
        ...(input.hasAttribute('aria-invalid') && described.length === 0
          ? [`wrong without words: ${input.outerHTML}`]
          : []),
      ]
    }),
  )
  expect(wrong).toEqual([])
})

/** What a field is for, by how it is sent, and the values of `autocomplete` that say so (HTML, 4.10.18.7.1). */
const purposes: readonly [RegExp, readonly string[]][] = [
  [/^current$|^step_up_password$/, ['current-password']],
  [/^password$/, ['current-password', 'new-password']],
  [/^(code|factor|step_up_code)$/, ['one-time-code']],
  [/^username$/, ['username']],
  [/^email$/, ['username', 'username webauthn', 'email']],
]

/** Where a field of that name means something else, and what it is filled with there. */
const particular: Record<string, Record<string, string>> = {
  '/register': { name: 'name', email: 'username', password: 'new-password' },
  '/login': { email: 'username webauthn', password: 'current-password' },
  '/verify': { password: 'current-password' },
  '/reset': { password: 'new-password' },
  '/account/password': { password: 'new-password' },
  '/account/password/new': { password: 'new-password' },
  '/account/address': { email: 'email' },
  // Typed on purpose, to be sure.
  '/account/delete': { email: 'off' },
}

/** The values that a field may have for `autocomplete`; null when nothing is known about it. */
function wantedFor(path: string, input: HTMLElement): readonly string[] | null {
  const name = input.getAttribute('name') ?? ''
  const own = particular[path]?.[name]
  return own === undefined ? (purposes.find(([names]) => names.test(name))?.[1] ?? null) : [own]
}

/** Passwords and addresses are what password managers look for: none goes without. */
function complaintsAbout(path: string, input: HTMLElement): string[] {
  const given = input.getAttribute('autocomplete') ?? ''
  const wanted = wantedFor(path, input)
  if (wanted !== null) return wanted.includes(given) ? [] : [`${wanted.join(' or ')} instead of: ${input.outerHTML}`]
  const isLookedFor = /^(password|email)$/.test(input.getAttribute('type') ?? '')
  return isLookedFor && !/^(username|current-password)$/.test(given) ? [`for what? ${input.outerHTML}`] : []
}

test('every field says what it is for to whatever fills it in', () => {
  const wrong = faults(({ answer }) => {
    const path = declaredPath(table, answer.path)
    return answer.html.querySelectorAll('input:not([type=hidden])').flatMap((input) => complaintsAbout(path, input))
  })
  expect(wrong).toEqual([])
})
