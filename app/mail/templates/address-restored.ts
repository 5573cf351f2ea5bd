import { t } from '../../i18n/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the address that an account has again after a change was undone. */
export function addressRestored({ at }: { at: number }): MailDocument {
  return {
    subject: t('Your account has this address again'),
    blocks: [
      paragraph(t('The change of address of your account at Cloakroom was undone on {time}.', { time: moment(at) })),
      paragraph(
        t(
          'Whoever changed it knew your password. That password no longer works and every session has ended. Passkeys, apps and recovery codes that were added in the week before the change or after it are gone, too. Choose a new password, and sign in with it:',
        ),
      ),
      link(t('Choose a new password'), '/forgot'),
    ],
  }
}
