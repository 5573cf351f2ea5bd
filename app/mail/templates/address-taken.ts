import { t } from '../../i18n/index.ts'
import { link, type MailDocument, paragraph } from '../mail-document.ts'

/** To the owner of an account, when somebody registers with its address again. */
export function addressTaken(): MailDocument {
  return {
    subject: t('You already have an account'),
    blocks: [
      paragraph(
        t('Somebody tried to use this address for an account at Cloakroom. It has one already, so nothing changed.'),
      ),
      paragraph(t('If it was you, sign in. If you no longer know your password, choose a new one.')),
      link(t('Sign in'), '/login'),
      link(t('Choose a new password'), '/forgot'),
      paragraph(t('If it was not you, there is nothing to do.')),
    ],
  }
}
