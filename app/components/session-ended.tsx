const reasons: Record<string, string> = {
  'signed-out': 'You are signed out.',
  expired: 'Your session ended because it reached its longest time. Sign in again to go on.',
  'step-expired': 'That sign-in took too long, or was finished elsewhere. Enter your password again.',
  idle: 'Your session ended because it was not used for a while. Sign in again to go on.',
  revoked: 'Your session ended because it was signed out, here or somewhere else.',
  reuse:
    'Your session ended because someone used an old copy of your ticket. If you restored a browser or a backup, that was you. If not, change your password after you sign in.',
  disabled: 'Your session ended because this account is disabled. An admin can enable it again.',
}

/** On the sign-in page: why the visitor is here although they were signed in. Unknown reasons say nothing. */
export function SessionEnded({ why }: { why: string | null }) {
  if (why === null || !Object.hasOwn(reasons, why)) return null
  return (
    <div className={why === 'reuse' ? 'notice notice-bad' : 'notice'} role="status">
      <p>{reasons[why]}</p>
    </div>
  )
}
