import { t } from '../../i18n/index.ts'
import { codeEntry, type MailDocument, paragraph } from '../mail-document.ts'

/** To the address that somebody wants their account to have from now on. */
export function confirmNewAddress({ code }: { code: string }): MailDocument {
  return {
    subject: t('Confirm your new address'),
    blocks: [
      paragraph(
        t('Somebody wants to use this address for their account at Cloakroom, most likely you. Within one hour:'),
      ),
      codeEntry(t('Use this address'), '/account/address', code),
      paragraph(t('You have to be signed in. Until you confirm, the account keeps the address that it has.')),
      paragraph(t('If it was not you, do nothing, and nothing changes.')),
    ],
  }
}
