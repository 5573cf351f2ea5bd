/** Every mail that Cloakroom sends: what it is about, to whom, and what its template needs. */
export type Mail =
  /** Asks whoever reads this mailbox to confirm that they registered, or that the address of their account is right. */
  | { readonly kind: 'confirm-address'; readonly to: string; readonly code: string }
  /** Somebody registered with an address that has an account already. */
  | { readonly kind: 'address-taken'; readonly to: string }
  | { readonly kind: 'reset-password'; readonly to: string; readonly code: string }
  | { readonly kind: 'password-changed'; readonly to: string; readonly at: number; readonly how: 'changed' | 'reset' }
  /** To the new address: the change happens when its code comes back. */
  | { readonly kind: 'confirm-new-address'; readonly to: string; readonly code: string }
  /** To the address that an account had until now; `undoCode` is null when nobody had ever confirmed it. */
  | { readonly kind: 'address-changed'; readonly to: string; readonly at: number; readonly undoCode: string | null }
  /** To the address that an account has again. */
  | { readonly kind: 'address-restored'; readonly to: string; readonly at: number }
  /** Signed in from a browser that the account had not seen; `browser` is in words of ours. */
  | {
      readonly kind: 'new-device'
      readonly to: string
      readonly at: number
      readonly browser: string
      readonly address: string
    }
  /** An old copy of a session's ticket was used, so the session ended. */
  | { readonly kind: 'session-copied'; readonly to: string; readonly at: number; readonly browser: string }
  /** Something about the second factors of an account has changed, or a recovery code was used. */
  | { readonly kind: 'second-factor'; readonly to: string; readonly at: number; readonly notice: FactorNotice }
  /** In place of mails about each: so many of that kind within an hour. */
  | {
      readonly kind: 'many-notices'
      readonly to: string
      readonly at: number
      readonly about: ManyNotices
      readonly count: number
    }

/** What somebody may cause again and again. */
export type ManyNotices = 'new-device' | 'session-copied' | 'second-factor' | 'password-changed'

export type FactorNotice =
  | { readonly what: 'provider-linked' | 'provider-unlinked'; readonly provider: string }
  | { readonly what: 'totp-added' | 'totp-removed' | 'passkey-added' | 'passkey-removed' | 'codes-renewed' }
  /** `left` says how many recovery codes there still are. */
  | { readonly what: 'code-used'; readonly left: number }

export type MailKind = Mail['kind']

/**
 * Hands a mail over to be sent; one insert, never a mail server's time. `about` is the id of the account that it is about,
 * with which it goes: a mail about an account that is gone is not sent. Null for a mail about no account, or one that has to
 * outlive its account; nobody's address stays with it once it is sent. `isDecoy` does the same work for nobody: where an
 * address has no account, so that the time of an answer does not tell.
 */
export type PostMail = (mail: Mail, options: { about: string | null; isDecoy?: boolean }) => Promise<void>

/** A mail as the mailbox page of a development machine shows it. */
export type MailboxEntry = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly createdAt: number
}
