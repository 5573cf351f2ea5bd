import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decryptText, deriveKeyRing, deriveSecrets, encryptText } from '../../../../app/kernel/index.server.ts'

const [newSecret, oldSecret] = [Buffer.alloc(32, 'new'), Buffer.alloc(32, 'old')]
const ring = deriveKeyRing(deriveSecrets([newSecret, oldSecret]), 'a purpose')

test('what was encrypted opens with the same context, also after the secret was replaced', () => {
  const before = deriveKeyRing(deriveSecrets([oldSecret]), 'a purpose')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.string(),
      (text, context) => {
        expect(decryptText(ring, encryptText(before, text, context), context)).toBe(text)
      },
    ),
  )
})

test('another context, another purpose, a removed secret or a changed letter open nothing', () => {
  const box = encryptText(ring, 'the form', 'session one')
  expect(decryptText(ring, box, 'session two')).toBeNull()
  expect(decryptText(deriveKeyRing(deriveSecrets([newSecret]), 'another purpose'), box, 'session one')).toBeNull()
  expect(decryptText(deriveKeyRing(deriveSecrets([oldSecret]), 'a purpose'), box, 'session one')).toBeNull()
  for (let at = 9; at < box.length - 1; at++) {
    const changed = `${box.slice(0, at)}${box[at] === 'A' ? 'B' : 'A'}${box.slice(at + 1)}`
    expect(decryptText(ring, changed, 'session one')).toBeNull()
  }
})

test('garbage opens nothing and throws nothing', () => {
  fc.assert(
    fc.property(fc.string(), (garbage) => {
      expect(decryptText(ring, garbage, '')).toBeNull()
    }),
  )
  expect(decryptText(ring, `${ring.newest.id}.AAAA`, '')).toBeNull()
})
