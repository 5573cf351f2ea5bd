/** Why a session ended before its time. Stored with the session; its person is told in the words for it. */
export type SessionEnd =
  | 'signout'
  | 'replaced'
  | 'ended'
  | 'ended-by-admin'
  | 'reuse'
  | 'disabled'
  | 'password-changed'
  | 'password-reset'
  | 'address-changed'
  | 'address-restored'
  | 'provider'
