import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account that was signed in to from a browser it had not seen before. */
export function newDevice({ at, browser, address }: { at: number; browser: string; address: string }): MailDocument {
  return {
    subject: 'Your account was signed in to from a new browser',
    blocks: [
      paragraph(
        `Somebody signed in to your account at Cloakroom on ${moment(at)}, with ${browser}, from the network address ${address}.`,
      ),
      paragraph('If it was you, there is nothing to do. If it was not, end that session:'),
      link('Your sessions', '/account/sessions'),
      paragraph('Then choose another password, because somebody knows the present one:'),
      link('Choose a new password', '/forgot'),
    ],
  }
}
