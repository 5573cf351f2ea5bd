import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateStrength, fullStrength } from '../../../../app/components/forms/strength-estimate.ts'

const own = ['Ada Lovelace', 'ada.lovelace@example.com']
const levelOf = (password: string) => estimateStrength(password, own, 15)?.level ?? null

describe('the strength of a new password in the browser', () => {
  it('is nothing while nothing is typed', () => {
    expect(estimateStrength('', own, 15)).toBeNull()
  })
  it('counts what is there and names what is needed, emoji as one', () => {
    expect(estimateStrength('🦊🍕🚲', own, 15)).toMatchObject({ level: 'short', words: '3 of at least 15 characters' })
  })
  it.each([
    ['aaaaaaaaaaaaaaa', 'weak'],
    ['123456789012345', 'weak'],
    ['abcabcabcabcabcabc', 'weak'],
    ['Ada Lovelace 1815!', 'weak'],
    ['tiger tiger burn', 'fair'],
    ['a ticket for every coat', 'good'],
  ])('of %s is %s', (password, level) => {
    expect(levelOf(password)).toBe(level)
  })
  it('says when the own name is the matter, and when repetition is', () => {
    expect(estimateStrength('Ada Lovelace 1815!', own, 15)?.words).toContain('your own name')
    expect(estimateStrength('aaaaaaaaaaaaaaa', own, 15)?.words).toContain('repeats itself')
  })
  it('never throws and stays on its scale, whatever is typed', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(anything, anything, anything, (password, name, email) => {
        const strength = estimateStrength(password, [name, email], 15)
        expect(strength === null).toBe(password === '')
        expect(strength?.value ?? 0).toBeGreaterThanOrEqual(0)
        expect(strength?.value ?? 0).toBeLessThanOrEqual(fullStrength)
      }),
    )
  })
})
