import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deriveKeyRing, deriveSecrets, openText, sealText } from '../../../../app/kernel/index.server.ts'

const [newSecret, oldSecret] = [Buffer.alloc(32, 'new'), Buffer.alloc(32, 'old')]
const ring = deriveKeyRing(deriveSecrets([newSecret, oldSecret]), 'a purpose')

test('what was sealed opens with the same context, also after the secret was replaced', () => {
  const before = deriveKeyRing(deriveSecrets([oldSecret]), 'a purpose')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.string(),
      (text, context) => {
        expect(openText(ring, sealText(before, text, context), context)).toBe(text)
      },
    ),
  )
})

test('another context, another purpose, a removed secret or a changed letter open nothing', () => {
  const box = sealText(ring, 'the form', 'session one')
  expect(openText(ring, box, 'session two')).toBeNull()
  expect(openText(deriveKeyRing(deriveSecrets([newSecret]), 'another purpose'), box, 'session one')).toBeNull()
  expect(openText(deriveKeyRing(deriveSecrets([oldSecret]), 'a purpose'), box, 'session one')).toBeNull()
  for (let at = 9; at < box.length - 1; at++) {
    const changed = `${box.slice(0, at)}${box[at] === 'A' ? 'B' : 'A'}${box.slice(at + 1)}`
    expect(openText(ring, changed, 'session one')).toBeNull()
  }
})

test('garbage opens nothing and throws nothing', () => {
  fc.assert(
    fc.property(fc.string(), (garbage) => {
      expect(openText(ring, garbage, '')).toBeNull()
    }),
  )
  expect(openText(ring, `${ring.newest.id}.AAAA`, '')).toBeNull()
})
