import { link, type MailDocument, paragraph } from '../mail-document.ts'

/** To the owner of an account, when somebody registers with its address again. */
export function addressTaken(): MailDocument {
  return {
    subject: 'You already have an account',
    blocks: [
      paragraph(
        'Somebody tried to use this address for an account at Cloakroom. It has one already, so nothing changed.',
      ),
      paragraph('If it was you, sign in. If you no longer know your password, choose a new one.'),
      link('Sign in', '/login'),
      link('Choose a new password', '/forgot'),
      paragraph('If it was not you, there is nothing to do.'),
    ],
  }
}
