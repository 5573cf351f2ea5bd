import { afterEach, describe, expect, it, vi } from 'vitest'
import { changeUserInput, createProjectInput, loginInput, registerInput } from '../../../app/contract/index.ts'

// Putting marks in order takes the square of their number: it is done for nobody who sends more than any text has.
const marks = (count: number) => '\u0301\u0316'.repeat(count / 2)
const person = { name: 'Ada', email: 'ada@example.com', password: 'a window over the harbour' }
const inputs: Record<string, (text: string) => { success: boolean }> = {
  'an address at the sign-in': (text) => loginInput.safeParse({ email: `a${text}@b.cc`, password: 'x' }),
  'an address at a registration': (text) => registerInput.safeParse({ ...person, email: `a${text}@b.cc` }),
  'a name': (text) => registerInput.safeParse({ ...person, name: `a${text}` }),
  'a password': (text) => registerInput.safeParse({ ...person, password: `${person.password}${text}` }),
  'the name of a project': (text) => createProjectInput.safeParse({ name: `a${text}` }),
  'a description': (text) => createProjectInput.safeParse({ name: 'a', description: `a${text}` }),
  'a reason': (text) => changeUserInput.safeParse({ disabled: true, disabledReason: `a${text}` }),
}

afterEach(() => vi.restoreAllMocks())

describe.each(Object.entries(inputs))('%s', (_, parse) => {
  it('is refused before it is put in order when it is far too long', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    expect(parse(marks(32_000)).success).toBe(false)
    const lengths = normalize.mock.contexts.map((text) => String(text).length)
    expect(Math.max(0, ...lengths)).toBeLessThan(1_000)
  })
})

describe('a letter under a pile of marks', () => {
  it.each([
    [30, true],
    [32, false],
  ])('with %s of them: %s', (count, isTaken) => {
    expect(createProjectInput.safeParse({ name: 'a', description: `a${marks(count)}` }).success).toBe(isTaken)
  })
})
