import { t } from '../../i18n/index.ts'
import { codeEntry, type MailDocument, paragraph } from '../mail-document.ts'

/** To the owner of an account, when somebody says that they forgot its password. */
export function resetPassword({ code }: { code: string }): MailDocument {
  return {
    subject: t('Choose a new password'),
    blocks: [
      paragraph(
        t('Somebody asked for a new password for your account at Cloakroom, most likely you. Within one hour:'),
      ),
      codeEntry(t('Choose a new password'), '/reset', code),
      paragraph(t('It ends every session of the account, and you sign in anew with the new password.')),
      paragraph(t('If it was not you, do nothing: your password stays as it is. Never give this code to anybody.')),
    ],
  }
}
