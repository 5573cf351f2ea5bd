import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account, after its password has become another one. */
export function passwordChanged({ at, how }: { at: number; how: 'changed' | 'reset' }): MailDocument {
  const done =
    how === 'changed'
      ? 'The password of your account at Cloakroom was changed by somebody who is signed in and knew the old one'
      : 'A new password was chosen for your account at Cloakroom with a code from a mail to this address'
  const ended = how === 'changed' ? 'Every other session of the account has ended.' : 'Every session has ended.'
  return {
    subject: 'Your password was changed',
    blocks: [
      paragraph(`${done}, on ${moment(at)}. ${ended}`),
      paragraph('If it was you, there is nothing to do. If it was not, take the account back at once:'),
      link('Choose a new password', '/forgot'),
    ],
  }
}
