import { message, t } from '../i18n/index.ts'

/** What can be said after a redirect, by the code that stands in `?done=`. Anything else is ignored. */
const notices = {
  'project-created': message('Project created.'),
  'project-changed': message('Changes saved.'),
  'project-archived': message('Project archived. You find it under “Archived”.'),
  'project-restored': message('Project is back among the current ones.'),
  'project-deleted': message('Project deleted.'),
  'user-disabled': message('Account disabled. Its sessions have ended.'),
  'user-enabled': message('Account enabled.'),
  'user-promoted': message('Admin rights given.'),
  'user-demoted': message('Admin rights removed.'),
  'user-deleted': message('Account deleted.'),
  'user-sessions-ended': message('All sessions of the account have ended.'),
  'user-reset-required': message('The next sign-in asks for a new password. All sessions of the account have ended.'),
  'session-ended': message('Session ended. Its browser is signed out with its next request.'),
  'sessions-ended': message('All other sessions have ended.'),
  'no-other-sessions': message('There were no other sessions.'),
  'registration-mail': message('We have sent you a mail. Its code is valid for one hour.'),
  'reset-mail': message(
    'If that address has an account, a mail with a code is on its way. The code is valid for one hour.',
  ),
  'address-mail': message('We have sent a mail to the new address. Its code is valid for one hour.'),
  'confirmation-mail': message('If that address waits to be confirmed, a mail with a code is on its way.'),
  'password-reset': message('Your password is changed and every session has ended. Sign in with the new one.'),
  'password-changed': message('Your password is changed. Your other sessions have ended.'),
  'address-confirmed': message('Your address is confirmed.'),
  'address-changed': message('Your address is changed. Your other sessions have ended.'),
  'address-restored': message(
    'Your account has its earlier address again. Its sessions and its password have ended: ask for a new password here.',
  ),
  'app-removed': message('Authenticator app removed. Your other sessions have ended.'),
  'passkey-added': message('Passkey added. Your other sessions have ended.'),
  'passkey-renamed': message('Passkey renamed.'),
  'passkey-removed': message('Passkey removed. Your other sessions have ended.'),
  'provider-linked': message('Account linked. It signs you in from now on, and your other sessions have ended.'),
  'provider-unlinked': message('Link removed. Your other sessions have ended.'),
  'browsers-forgotten': message('No browser is trusted any more.'),
  'recovery-code-used': message('You are signed in with a recovery code. It will not work again.'),
} as const
export type Done = keyof typeof notices

/** `path` with the notice that the page shows on arrival. */
export function withDone(path: string, done: Done): string {
  const [pathname, search] = path.split('?')
  const query = new URLSearchParams(search)
  query.set('done', done)
  return `${pathname}?${query}`
}

/** The notice for a page that is asked for with this code, in the language at hand. Only servers know them all. */
export function doneWords(done: string | null): string | null {
  return done !== null && Object.hasOwn(notices, done) ? t(notices[done as Done]) : null
}
