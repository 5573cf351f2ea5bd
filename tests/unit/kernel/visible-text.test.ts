import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { CommandError } from '../../../app/cli/open-issuer.ts'
import { createLog } from '../../../app/kernel/index.server.ts'
import { StartError, visibleText } from '../../../app/kernel/index.ts'

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const codes = [
  ...[...range(0x00, 0x1f), ...range(0x7f, 0x9f), 0x2028, 0x2029],
  ...[0x061c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)],
  ...[0xad, 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0xfff9, 0xe0001, 0xe0041, 0x115f, 0x3164, 0xfe0f],
  ...[0xd800, 0xdbff, 0xdc00, 0xdfff],
]
const characters = codes.map((code) => [`U+${code.toString(16)}`, String.fromCodePoint(code)] as const)
/** By code unit, so that nothing that is looked for can hide in the looking. */
const isHeldBy = (text: string, character: string) => text.split('').join('|').includes(character.split('').join('|'))

function written(level: 'info' | 'error', fields: object, message = 'a line'): string {
  let text = ''
  const log = createLog(
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        text += chunk
        done()
      },
    }),
  )
  log[level](fields, message)
  return text
}

describe('a line of the log', () => {
  test.each(characters)('holds no %s, in a text, a name or the message, at any depth, and loses none', (_name, one) => {
    const text = `a${one}b`
    const deep = { [text]: text, list: [text, { [text]: [{ deeper: { [text]: text } }] }] }
    const line = written('info', { deep, err: new Error(text) }, text)
    expect(line.endsWith('\n')).toBe(true)
    expect(isHeldBy(line.slice(0, -1), one)).toBe(false)
    expect(JSON.parse(line)).toMatchObject({ deep, msg: text, err: { message: text } })
  })

  test('leaves letters of every script, and emoji of one code, as they are', () => {
    expect(written('info', { name: 'Zoë Ångström 李 Ωμέγα עברית 🙂' })).toContain('Zoë Ångström 李 Ωμέγα עברית 🙂')
  })
})

describe('what is printed for a person', () => {
  test.each(characters)('shows %s by its number', (_name, one) => {
    const units = one.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    expect(visibleText(`a${one}b`)).toBe(`a${units.join('')}b`)
    if (one === '\n') return
    for (const fault of [new CommandError(`x${one}y`), new StartError([`x${one}y`])])
      expect(isHeldBy(fault.message, one)).toBe(false)
  })
})
