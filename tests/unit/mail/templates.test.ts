import { parse } from 'node-html-parser'
import { describe, expect, test } from 'vitest'
import type { FactorNotice, Mail, MailKind } from '../../../app/contract/index.ts'
import { renderMail } from '../../../app/mail/render-mail.ts'
import { writeMail } from '../../../app/mail/templates/index.ts'

const origin = 'https://accounts.example'
const to = 'ada@example.com'
const code = 'ABCDE-FGHJK-MNPQR-STVWX-YZ012-3'
const at = Date.UTC(2026, 10, 21, 12)

const factorNotices: { [What in FactorNotice['what']]: FactorNotice & { what: What } } = {
  'totp-added': { what: 'totp-added' },
  'totp-removed': { what: 'totp-removed' },
  'passkey-added': { what: 'passkey-added' },
  'passkey-removed': { what: 'passkey-removed' },
  'codes-renewed': { what: 'codes-renewed' },
  'code-used': { what: 'code-used', left: 1 },
  'provider-linked': { what: 'provider-linked', provider: 'Example' },
  'provider-unlinked': { what: 'provider-unlinked', provider: 'Example' },
}
/** Each kind of mail there is; the types ask for one that is new. */
const samples: { [Kind in MailKind]: Extract<Mail, { kind: Kind }>[] } = {
  'confirm-address': [{ kind: 'confirm-address', to, code }],
  'address-taken': [{ kind: 'address-taken', to }],
  'reset-password': [{ kind: 'reset-password', to, code }],
  'new-device': [{ kind: 'new-device', to, at, browser: 'Firefox 150 on Windows', address: '192.0.2.7' }],
  'session-copied': [{ kind: 'session-copied', to, at, browser: 'Firefox 150 on Windows' }],
  'password-changed': [
    { kind: 'password-changed', to, at, how: 'changed' },
    { kind: 'password-changed', to, at, how: 'reset' },
  ],
  'confirm-new-address': [{ kind: 'confirm-new-address', to, code }],
  'address-changed': [
    { kind: 'address-changed', to, at, undoCode: code },
    { kind: 'address-changed', to, at, undoCode: null },
  ],
  'address-restored': [{ kind: 'address-restored', to, at }],
  'second-factor': Object.values(factorNotices).map((notice) => ({ kind: 'second-factor', to, at, notice })),
  'many-notices': (['new-device', 'session-copied', 'second-factor'] as const).map((about) => ({
    ...{ kind: 'many-notices', to, at, about, count: 10 },
  })),
}
const mails: Mail[] = Object.values(samples).flat()
const named = mails.map((mail, index) => [`${mail.kind} (${index})`, mail] as const)
const holdsCode = (mail: Mail) => 'code' in mail || ('undoCode' in mail && mail.undoCode !== null)

describe.each(named)('the mail %s', (_, mail) => {
  const rendered = renderMail(writeMail(mail), origin)

  test('reads as it was approved', () => {
    expect(`Subject: ${rendered.subject}\n\n${rendered.text}`).toMatchSnapshot()
  })

  test('has a subject of one short line', () => {
    expect(rendered.subject).toMatch(/^[^\p{Cc}]{5,78}$/u)
  })

  test('links only to our own pages, in text and HTML alike', () => {
    const inText = rendered.text.match(/\w+:\/\/\S+/g) ?? []
    const inHtml = parse(rendered.html)
      .querySelectorAll('[href]')
      .map((element) => element.getAttribute('href') ?? '')
    expect(inText.length).toBeGreaterThan(0)
    for (const link of [...inText, ...inHtml]) expect(new URL(link).origin).toBe(origin)
    const pathsIn = (links: string[]) => [...new Set(links.map((link) => new URL(link).pathname))].toSorted()
    expect(pathsIn(inHtml)).toEqual(pathsIn(inText))
  })

  test('loads nothing and runs nothing', () => {
    expect(rendered.html).not.toMatch(/<(img|script|iframe|link|object|form)\b|url\(|@import|\bsrc=|\bon\w+=/i)
  })

  test('is well-formed HTML that says what the text says', () => {
    expect(unclosedTags(rendered.html)).toEqual([])
    const words = (text: string) => text.replaceAll(/\s+/g, ' ')
    const visible = words(parse(rendered.html).textContent)
    for (const block of writeMail(mail).blocks) {
      const said = block.kind === 'paragraph' ? block.text : block.label
      expect(visible).toContain(said)
      expect(words(rendered.text)).toContain(said)
    }
  })

  test('has lines that no mail program breaks', () => {
    const lines = rendered.text.split('\n').filter((line) => !line.includes('://'))
    expect(lines.filter((line) => line.length > 76)).toEqual([])
  })

  test('holds its code in the fragment and to type, never in a path or query', () => {
    const links = rendered.text.match(/\w+:\/\/\S+/g) ?? []
    const carriers = links.filter((link) => link.includes('ABCDE'))
    expect(carriers).toHaveLength(holdsCode(mail) ? 1 : 0)
    for (const link of carriers) {
      expect(new URL(link).hash).toBe(`#code=${code}`)
      expect(new URL(link).search + new URL(link).pathname).not.toContain('ABCDE')
    }
    expect(rendered.text.includes(`\n${code}\n`)).toBe(holdsCode(mail))
    expect(parse(rendered.html).textContent.includes(code)).toBe(holdsCode(mail))
    expect(rendered.subject).not.toContain('ABCDE')
  })
})

test('what looks like HTML in a document is text in the mail', () => {
  const { html } = renderMail(
    { subject: '<b>&"', blocks: [{ kind: 'paragraph', text: '<img src=x onerror=y>' }] },
    origin,
  )
  expect(html).toContain('&lt;img src=x onerror=y&gt;')
  expect(html).toContain('<title>&lt;b&gt;&amp;&quot;</title>')
})

/** Names of elements that are not closed where they should be; void elements aside. */
function unclosedTags(html: string): string[] {
  const open: string[] = []
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (name === 'meta') continue
    if (slash === '') open.push(name)
    else if (open.at(-1) === name) open.pop()
    else return [...open, `/${name}`]
  }
  return open
}
