import { translateAgent } from '../../i18n/index.server.ts'
import { t } from '../../i18n/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account that was signed in to from a browser it had not seen before. */
export function newDevice({ at, browser, address }: { at: number; browser: string; address: string }): MailDocument {
  return {
    subject: t('Your account was signed in to from a new browser'),
    blocks: [
      paragraph(
        t(
          'Somebody signed in to your account at Cloakroom on {time}. Browser: {browser}. Network address: {address}.',
          { time: moment(at), browser: translateAgent(browser), address },
        ),
      ),
      paragraph(t('If it was you, there is nothing to do. If it was not, end that session:')),
      link(t('Your sessions'), '/account/sessions'),
      paragraph(t('Then choose another password, because somebody knows the present one:')),
      link(t('Choose a new password'), '/forgot'),
    ],
  }
}
