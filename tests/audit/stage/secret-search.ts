import { findSecrets } from '../../support/leaks.ts'

/** Passwords and keys that are looked for in every encoding; the search grows with each. */
const maxSpelled = 30

/** Every way in which a secret could stand in a text: as it is, escaped, in hex and in base64 at any offset. */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const spellings = [secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll('%20', '+')]
  spellings.push(JSON.stringify(secret).slice(1, -1), bytes.toString('hex'), bytes.toString('hex').toUpperCase())
  for (const offset of [0, 1, 2]) {
    // The letters at both ends depend on the neighbours; those in the middle do not.
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString('base64')
    const middle = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    spellings.push(middle, middle.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return [...new Set(spellings)]
}

export type Found = { what: string; where: string }
export type Place = { where: string; text: string }

/** Looks for secrets in texts: by shape, tickets by name, and passwords and keys in every spelling. */
export function searchSecrets(
  places: Iterable<Place>,
  secrets: ReadonlyMap<string, string>,
): { found: Found[]; bytes: number } {
  const spelled = [...secrets].filter(([, what]) => what !== 'a cookie').slice(0, maxSpelled)
  const needles = spelled.flatMap(([secret, what]) => spellingsOf(secret).map((text) => ({ text, what })))
  const found: Found[] = []
  let bytes = 0
  for (const { where, text } of places) {
    bytes += Buffer.byteLength(text)
    for (const what of findSecrets(text)) found.push({ what, where })
    for (const needle of needles) if (text.includes(needle.text)) found.push({ what: needle.what, where })
    for (const [token] of text.matchAll(/[A-Za-z0-9._-]{20,}/g)) {
      const what = secrets.get(token) ?? secrets.get(token.replace(/\.$/, ''))
      if (what === 'a cookie') found.push({ what, where })
    }
  }
  return { found, bytes }
}
