import { useLocation } from '@remix-run/react'
import { useEffect } from 'react'

/** What can be said after a redirect, by the code that stands in `?done=`. Anything else is ignored. */
const notices = {
  'project-created': 'Project created.',
  'project-changed': 'Changes saved.',
  'project-archived': 'Project archived. You find it under “Archived”.',
  'project-restored': 'Project is back among the current ones.',
  'project-deleted': 'Project deleted.',
  'user-disabled': 'Account disabled. Its sessions have ended.',
  'user-enabled': 'Account enabled.',
  'user-promoted': 'Admin rights given.',
  'user-demoted': 'Admin rights removed.',
  'user-deleted': 'Account deleted.',
  'user-sessions-ended': 'All sessions of the account have ended.',
  'user-reset-required': 'The next sign-in asks for a new password. All sessions of the account have ended.',
  'session-ended': 'Session ended. Its browser is signed out with its next request.',
  'sessions-ended': 'All other sessions have ended.',
  'no-other-sessions': 'There were no other sessions.',
  'registration-mail': 'We have sent you a mail. Its code is valid for one hour.',
  'reset-mail': 'If that address has an account, a mail with a code is on its way. The code is valid for one hour.',
  'address-mail': 'We have sent a mail to the new address. Its code is valid for one hour.',
  'confirmation-mail': 'If that address waits to be confirmed, a mail with a code is on its way.',
  'password-reset': 'Your password is changed and every session has ended. Sign in with the new one.',
  'password-changed': 'Your password is changed. Your other sessions have ended.',
  'address-confirmed': 'Your address is confirmed.',
  'address-changed': 'Your address is changed.',
  'address-restored':
    'Your account has its earlier address again. Its sessions and its password have ended: ask for a new password here.',
  'app-removed': 'Authenticator app removed. Your other sessions have ended.',
  'passkey-added': 'Passkey added. Your other sessions have ended.',
  'passkey-renamed': 'Passkey renamed.',
  'passkey-removed': 'Passkey removed. Your other sessions have ended.',
  'browsers-forgotten': 'No browser is trusted any more.',
  'recovery-code-used': 'You are signed in with a recovery code. It will not work again.',
} as const
export type Done = keyof typeof notices

/** `path` with the notice that the page shows on arrival. */
export function withDone(path: string, done: Done): string {
  const [pathname, search] = path.split('?')
  const query = new URLSearchParams(search)
  query.set('done', done)
  return `${pathname}?${query}`
}

/** The success notice of the page one was sent to. Taken out of the address, so that a reload does not repeat it. */
export function DoneNotice() {
  const { search, key } = useLocation()
  const done = new URLSearchParams(search).get('done')
  const text = done !== null && Object.hasOwn(notices, done) ? notices[done as Done] : null
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same notice can come twice, each time with a new key
  useEffect(() => {
    const address = new URL(window.location.href)
    if (text === null || !address.searchParams.has('done')) return
    for (const name of ['done', 'project']) address.searchParams.delete(name)
    window.history.replaceState(window.history.state, '', address)
  }, [text, key])
  return (
    <div role="status">
      {text ? (
        <p key={key} className="notice notice-good">
          {text}
        </p>
      ) : null}
    </div>
  )
}
