import type { ManyNotices } from '../../contract/index.ts'
import { t } from '../../i18n/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account of which so much happened within an hour that a mail about each would bury the others. */
export function manyNotices({ at, about, count }: { at: number; about: ManyNotices; count: number }): MailDocument {
  return {
    subject: subjectOf(about),
    blocks: [
      paragraph(t('{what} It is {time} now.', { what: happened(about, count), time: moment(at) })),
      paragraph(
        t(
          'So that nothing is buried, you get no mail about each of them until an hour has passed, only another one like this when their number has doubled. Every one of them stands in your activity:',
        ),
      ),
      link(t('Your activity'), '/account/activity'),
      paragraph(
        t('If that was not you, choose another password, end your other sessions, and look at your ways to sign in:'),
      ),
      link(t('Choose a new password'), '/forgot'),
      link(t('Your sessions'), '/account/sessions'),
      link(t('Ways to sign in'), '/account/security'),
    ],
  }
}

function subjectOf(about: ManyNotices): string {
  if (about === 'new-device') return t('Many sign-ins to your account from new browsers')
  if (about === 'session-copied') return t('Many of your sessions were ended')
  if (about === 'password-changed') return t('Your password was changed many times')
  return t('Your ways to sign in were changed many times')
}

function happened(about: ManyNotices, count: number): string {
  if (about === 'new-device')
    return t('Your account at Cloakroom was signed in to from new browsers {count} times within an hour.', { count })
  if (about === 'session-copied')
    return t(
      'Within an hour {count} of your sessions at Cloakroom were ended, since old copies of their tickets were used.',
      {
        count,
      },
    )
  if (about === 'password-changed')
    return t('The password of your account at Cloakroom was changed {count} times within an hour.', { count })
  return t(
    'How you sign in to your account at Cloakroom was changed, or a recovery code used, {count} times within an hour.',
    {
      count,
    },
  )
}
