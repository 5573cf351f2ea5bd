import { t } from '../../i18n/index.ts'
import { codeEntry, type MailDocument, paragraph } from '../mail-document.ts'

/** To whoever reads the mailbox that somebody registered with. Says nothing of who that was: anybody can type a name. */
export function confirmAddress({ code }: { code: string }): MailDocument {
  return {
    subject: t('Confirm your address'),
    blocks: [
      paragraph(t('Somebody gave this address to Cloakroom, most likely you. Confirm it within one hour:')),
      codeEntry(t('Confirm this address'), '/verify', code),
      paragraph(
        t(
          'You will be asked for the password that was chosen along with it. If it was not you, do nothing: without that password nobody gets any further, and this mail is forgotten in an hour.',
        ),
      ),
    ],
  }
}
