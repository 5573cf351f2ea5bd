import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type BffConfiguration, configureBff } from '../../../../app/bff/index.server.ts'
import { createCsrfToken, isCsrfTokenOf } from '../../../../app/bff/request/csrf.server.ts'
import { deriveKeyRing } from '../../../../app/kernel/index.server.ts'
import { testSettings } from '../../../support/issuer.ts'

function configureWith(csrfKeys: BffConfiguration['csrfKeys']): void {
  configureBff({ origin: testSettings.APP_ORIGIN, csrfKeys } as BffConfiguration)
}

const [known] = testSettings.secrets
if (!known) throw new Error('the test settings have no secret')
const another = { ...known, id: 'ffffffff', bytes: randomBytes(32) }

describe('a form value that was right once', () => {
  it('stays right for its subject and for nobody else', () => {
    configureWith(deriveKeyRing(testSettings.secrets, 'csrf'))
    const value = createCsrfToken('session:one')
    for (let time = 0; time < 2; time++) {
      expect(isCsrfTokenOf(value, ['session:one'])).toBe(true)
      expect(isCsrfTokenOf(value, ['session:two'])).toBe(false)
    }
  })

  it('is wrong as soon as its key is out of use', () => {
    configureWith(deriveKeyRing(testSettings.secrets, 'csrf'))
    const value = createCsrfToken('session:three')
    expect(isCsrfTokenOf(value, ['session:three'])).toBe(true)
    configureWith(deriveKeyRing([another], 'csrf'))
    expect(isCsrfTokenOf(value, ['session:three'])).toBe(false)
  })
})
