import { describe, expect, it } from 'vitest'
import { CookieJar } from '../../../../app/bff/cookies/cookie-jar.server.ts'
import { type CookieDescriptor, cookies } from '../../../../app/bff/cookies/cookies.server.ts'
import { preferredLanguages, themes } from '../../../../app/contract/index.ts'

const id = 'a'.repeat(22)
const other = 'b'.repeat(22)
const { preSession, preferences, refresh } = cookies
const holding = (descriptor: CookieDescriptor, value = id) => new CookieJar(`x=1; ${descriptor.name}=${value}; y=2`)

describe('a jar', () => {
  it('reads what came by its descriptor, and takes a value of another shape for none', () => {
    expect(holding(preSession).read(preSession)).toEqual({ value: id, present: true, duplicated: false })
    expect(holding(preSession, 'short').read(preSession)).toEqual({ value: null, present: true, duplicated: false })
    expect(new CookieJar(undefined).read(preSession)).toEqual({ value: null, present: false, duplicated: false })
    expect(new CookieJar(`${preSession.name}x=${id}`).read(preSession).present).toBe(false)
  })

  // A sibling host may set a cookie whose name begins so, for a browser makes no promise about it.
  it.each(['\u00a0', '\u0085', '\u000b', '\u000c', '\ufeff'])('takes no name for ours that begins with %j', (space) => {
    for (const header of [`${space}${preSession.name}=${id}`, `a=1; ${space}${preSession.name}=${id}`])
      expect(new CookieJar(header).read(preSession)).toEqual({ value: null, present: false, duplicated: false })
    const own = new CookieJar(`${preSession.name}=${id}; ${space}${preSession.name}=${other}`)
    expect([own.read(preSession).value, own.hasDuplicate()]).toEqual([id, false])
    expect(new CookieJar(`${preSession.name}=${id}${space}`).read(preSession).value).toBeNull()
  })

  it('tells what the browser will hold, and still what came', () => {
    const jar = holding(preSession)
    jar.set(preSession, other)
    expect([jar.valueOf(preSession), jar.read(preSession).value]).toEqual([other, id])
    jar.clear(preSession)
    expect(jar.valueOf(preSession)).toBeNull()
    jar.leave(preSession)
    expect([jar.valueOf(preSession), jar.changes()]).toEqual([id, []])
  })

  it('changes a cookie once, whatever was decided before', () => {
    const jar = holding(preSession)
    jar.clear(preSession)
    jar.set(preSession, other)
    expect(jar.changes()).toEqual([`${preSession.name}=${other}; Path=/; Secure; HttpOnly; SameSite=Strict`])
  })

  it('drops what came by clearing it, and what was to be set by not setting it', () => {
    const came = holding(preSession)
    came.drop(preSession)
    expect(came.changes()).toEqual([expect.stringMatching(/^__Host-Http-cloakroom-pre=; Max-Age=0/)])
    const fresh = new CookieJar('')
    fresh.set(preSession, id)
    fresh.drop(preSession)
    expect(fresh.changes()).toEqual([])
  })

  it('ends a cookie with the browser when its life is null, whatever its descriptor says', () => {
    const jar = new CookieJar('')
    jar.set(preferences, 'theme=dark', null)
    jar.set(refresh, `v1.${id}`, 5_000)
    expect(jar.changes().map((change) => /Max-Age=\d+/.exec(change)?.[0])).toEqual([undefined, 'Max-Age=5'])
  })
})

describe('a cookie that comes twice', () => {
  const twice = ({ name }: CookieDescriptor) => new CookieJar(`${name}=${id}; ${name}=${id}`)
  it.each(Object.values(cookies).map((each: CookieDescriptor) => [each.name, each] as const))(
    'is found for %s unless it opens nothing',
    (_, each) => {
      expect(twice(each).hasDuplicate()).toBe(each.opensNothing !== true)
      expect(twice(each).read(each)).toEqual({ value: null, present: true, duplicated: true })
    },
  )
})

// What is offered to people is what the cookie takes: a language or a look that is added to its list is enough.
describe('the cookie of preferences', () => {
  const choices = [
    ...themes.map((theme) => `theme=${theme}`),
    ...preferredLanguages.map((language) => `lang=${language}`),
    ...themes.flatMap((theme) => preferredLanguages.map((language) => `theme=${theme}&lang=${language}`)),
  ]
  it.each(choices)('holds %s', (choice) => {
    const jar = new CookieJar('')
    jar.set(preferences, choice)
    expect(jar.changes()).toHaveLength(1)
    expect(holding(preferences, choice).read(preferences).value).toBe(choice)
  })
  it.each(['theme=pink', 'lang=xx', 'theme=dark&lang=de&x', 'lang=de&theme=dark'])('does not hold %s', (value) => {
    const jar = new CookieJar('')
    jar.set(preferences, value)
    expect(() => jar.changes()).toThrow(RangeError)
    expect(holding(preferences, value).read(preferences).value).toBeNull()
  })
})
