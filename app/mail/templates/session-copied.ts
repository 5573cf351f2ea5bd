import { translateAgent } from '../../i18n/index.server.ts'
import { t } from '../../i18n/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account of which one session's ticket was used twice. */
export function sessionCopied({ at, browser }: { at: number; browser: string }): MailDocument {
  return {
    subject: t('One of your sessions was ended'),
    blocks: [
      paragraph(
        t(
          'On {time} an old copy of the ticket of one of your sessions at Cloakroom was used (browser: {browser}). That session has ended, for whoever held the copy as well.',
          { time: moment(at), browser: translateAgent(browser) },
        ),
      ),
      paragraph(
        t('If you restored a browser or a backup, that was you, and there is nothing to do but sign in again.'),
      ),
      paragraph(
        t('If not, somebody may have copied it from your device. Look at what happened, and change your password:'),
      ),
      link(t('Your activity'), '/account/activity'),
      link(t('Choose a new password'), '/forgot'),
    ],
  }
}
