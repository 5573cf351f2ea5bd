/** Why a new password is refused. Stable: it is stored with the security event. */
export type PasswordRefusalReason = 'common' | 'breached' | 'sequence' | 'repetition' | 'own-words'

/** A refusal as the result of registering or changing a password. Never holds any part of the password. */
export type PasswordRefused = {
  readonly kind: 'password-refused'
  readonly reason: PasswordRefusalReason
  /** The reason for the person, to stand at the password field (NIST SP 800-63B-4, 3.1.1.2). */
  readonly words: string
}

const reasonWords: Record<PasswordRefusalReason, string> = {
  common:
    'This is on the lists of common passwords, or put together from them. Choose a few words that do not belong together.',
  breached:
    'This password has turned up in a data breach, so it is on the lists that are tried first. Choose another one.',
  sequence:
    'Most of this runs along the keyboard, the alphabet or the digits. Choose a few words that do not belong together.',
  repetition: 'This repeats something short until it is long enough. Choose a few different words instead.',
  'own-words':
    'Little is left of this without your name, your address and the name of this site. Choose words that are not about you.',
}

export function refusePassword(reason: PasswordRefusalReason): PasswordRefused {
  return { kind: 'password-refused', reason, words: reasonWords[reason] }
}
