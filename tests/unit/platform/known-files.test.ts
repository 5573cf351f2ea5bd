import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { skipUnknown } from '../../../app/platform/known-files.js'

/** Whether the disk is asked for a target; the folder is the project's own `public`, in which favicon.svg lies. */
function isAsked(url: string): boolean {
  let asked = false
  const serve = skipUnknown(() => (_request, _response, next) => {
    asked = true
    next()
  })('public')
  let passedOn = 0
  serve({ url } as IncomingMessage, {} as ServerResponse, () => {
    passedOn++
  })
  expect(passedOn).toBe(1)
  return asked
}

test.each(['/favicon.svg', '/FAVICON.svg', '/favicon.svg?v=1', '/favicon.svg/', '/favicon.svg/x'])(
  'the disk is asked for %s, whose first name lies in the folder',
  (target) => expect(isAsked(target)).toBe(true),
)

test.each([
  '/%66avicon.svg',
  '//favicon.svg',
  '/./favicon.svg',
  '/x/../favicon.svg',
  '/x//favicon.svg',
  '/\\favicon.svg',
])('the disk is asked for %s, which is not plainly written', (target) => expect(isAsked(target)).toBe(true))

test.each([
  '/',
  '/dashboard',
  '/bff/user?x=//favicon.svg',
  '/projects/a-b_c.data',
  '/.well-known/jwks.json',
  '/account/',
])('the disk is left alone for %s, which lies nowhere in the folder', (target) => expect(isAsked(target)).toBe(false))
