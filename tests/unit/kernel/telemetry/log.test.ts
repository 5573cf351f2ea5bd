import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLog } from '../../../../app/kernel/index.server.ts'

const ticket = `0123abcd.${'A'.repeat(22)}.7.${'B'.repeat(43)}`
const jwt = ['eyJhbGciOiJFUzI1NiJ9', 'eyJzdWIiOiJ4In0', 'c2lnbmF0dXJl'].join('.')
const jwe = ['eyJhbGciOiJkaXIifQ', '', 'aXY', 'Y2lwaGVy', 'dGFn'].join('.')
const phc = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g'

/** What is written for one line. */
function written(fields: object): string {
  let text = ''
  const log = createLog(
    new Writable({
      write(chunk, _encoding, done) {
        text += chunk
        done()
      },
    }),
  )
  log.error(fields, 'a line')
  return text
}

describe('the log', () => {
  it.each(['password', 'token', 'cookie', 'authorization', 'headers', 'jwt', 'secrets', 'set-cookie', 'x-csrf-token'])(
    'leaves out %s down to the third level',
    (name) => {
      const text = written({ [name]: 'hidden', a: { [name]: 'hidden', b: { [name]: 'hidden', kept: 'shown' } } })
      expect(text).not.toContain('hidden')
      expect(text).toContain('shown')
    },
  )

  it('writes of an error its class, message, code, frames and causes, and nothing that hangs on it', () => {
    const cause = Object.assign(new TypeError('the inner one'), { code: 'E_INNER', request: { headers: 'hidden' } })
    const error = Object.assign(new Error('the outer one', { cause }), {
      headers: { cookie: 'hidden' },
      body: 'hidden',
    })
    const { err } = JSON.parse(written({ err: error }))
    expect(err).toMatchObject({
      ...{ type: 'Error', message: 'the outer one', stack: expect.stringMatching(/^\s+at /) },
      cause: { type: 'TypeError', message: 'the inner one', code: 'E_INNER' },
    })
    expect(JSON.stringify(err)).not.toContain('hidden')
  })

  it('writes no parameter of a failed query and no text that a parser stumbled over', () => {
    const query = new Error(`Failed query: update users set password_hash = ?\nparams: ${phc},ada@example.com`)
    expect(written({ err: query })).toContain('update users')
    expect(written({ err: query })).not.toMatch(/ada@|argon2/)
    let parsing: unknown
    try {
      JSON.parse('{"password": hunter2hunter2}')
    } catch (error) {
      parsing = error
    }
    expect(written({ err: parsing })).not.toContain('hunter2')
  })

  it.each([
    ['a ticket', ticket],
    ['a JWT', jwt],
    ['an encrypted key', jwe],
    ['a password hash', phc],
  ])('takes %s out of the message of an error', (_name, secret) => {
    const text = written({ err: new Error(`odd: "${secret}" was not expected`) })
    expect(text).toContain('was not expected')
    for (const part of secret.split(/[.$]/).filter((each) => each.length > 7)) expect(text).not.toContain(part)
  })

  it('ends with a chain of causes that never ends', () => {
    const error = new Error('round and round')
    error.cause = error
    expect(written({ err: error })).toContain('round and round')
  })

  it('takes what is not an error as well', () => {
    expect(JSON.parse(written({ err: 'a text' })).err).toBe('a text')
    expect(JSON.parse(written({ err: { password: 'hidden' } })).err).toEqual({ type: 'object' })
  })
})
