import { t } from '../../i18n/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account, after its password has become another one. */
export function passwordChanged({ at, how }: { at: number; how: 'changed' | 'reset' }): MailDocument {
  const time = moment(at)
  const done =
    how === 'changed'
      ? t(
          'The password of your account at Cloakroom was changed by somebody who is signed in and knew the old one, on {time}. Every other session of the account has ended.',
          { time },
        )
      : t(
          'A new password was chosen for your account at Cloakroom with a code from a mail to this address, on {time}. Every session has ended.',
          { time },
        )
  return {
    subject: t('Your password was changed'),
    blocks: [
      paragraph(done),
      paragraph(t('If it was you, there is nothing to do. If it was not, take the account back at once:')),
      link(t('Choose a new password'), '/forgot'),
    ],
  }
}
