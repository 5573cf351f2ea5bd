import { message, type PlainMessage, t } from '../../i18n/index.ts'

const reasons: Record<string, PlainMessage> = {
  'signed-out': message('You are signed out.'),
  expired: message('Your session ended because it reached its longest time. Sign in again to go on.'),
  'step-expired': message('That sign-in took too long, or was finished elsewhere. Enter your password again.'),
  idle: message('Your session ended because it was not used for a while. Sign in again to go on.'),
  'too-many': message(
    'Your session ended because the account was signed in to in too many places, and here it was not used for the longest time.',
  ),
  revoked: message('Your session ended because it was signed out, here or somewhere else.'),
  reuse: message(
    'Your session ended because someone used an old copy of your ticket. If you restored a browser or a backup, that was you. If not, change your password after you sign in.',
  ),
  disabled: message('Your session ended because this account is disabled. An admin can enable it again.'),
}

/** On the sign-in page: why the visitor is here although they were signed in. Unknown reasons say nothing. */
export function SessionEnded({ why }: { why: string | null }) {
  if (why === null || !Object.hasOwn(reasons, why)) return null
  const reason = reasons[why]
  return (
    <div className={why === 'reuse' ? 'notice notice-bad' : 'notice'} role="status">
      <p>{reason ? t(reason) : null}</p>
    </div>
  )
}
