import type { FactorNotice } from '../../contract/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account, when something about its second factors has changed. */
export function secondFactor({ at, notice }: { at: number; notice: FactorNotice }): MailDocument {
  const { subject, done } = words(notice)
  const ended = notice.what === 'code-used' ? '' : ' Every other session of the account has ended.'
  return {
    subject,
    blocks: [
      paragraph(`${done}, on ${moment(at)}.${ended}`),
      paragraph(
        'If it was you, there is nothing to do. If it was not, somebody knows your password. Choose another one:',
      ),
      link('Choose a new password', '/forgot'),
      paragraph('Then look at what your account is protected with:'),
      link('Ways to sign in', '/account/security'),
    ],
  }
}

function words(notice: FactorNotice): { subject: string; done: string } {
  switch (notice.what) {
    case 'totp-added':
      return {
        subject: 'An authenticator app was added',
        done: 'Signing in to your account at Cloakroom now also asks for a code of an authenticator app. It was added',
      }
    case 'totp-removed':
      return {
        subject: 'The authenticator app was removed',
        done: 'Codes of your authenticator app no longer work at Cloakroom. It was removed',
      }
    case 'passkey-added':
      return { subject: 'A passkey was added', done: 'A passkey was added to your account at Cloakroom' }
    case 'passkey-removed':
      return { subject: 'A passkey was removed', done: 'A passkey was removed from your account at Cloakroom' }
    case 'codes-renewed':
      return {
        subject: 'New recovery codes were made',
        done: 'New recovery codes were made for your account at Cloakroom, and the old ones no longer work',
      }
    case 'code-used':
      return {
        subject: 'A recovery code was used',
        done: `A recovery code was used to get into your account at Cloakroom; ${leftInWords(notice.left)}`,
      }
  }
}

function leftInWords(left: number): string {
  if (left === 0) return 'none is left'
  return left === 1 ? 'one is left' : `${left} are left`
}
