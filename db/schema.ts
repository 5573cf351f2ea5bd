import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { SessionEnd } from '../app/contract/index.ts'

// Ids are random text, times are integers in milliseconds, secrets are hashed or encrypted before they come here.

export const users = sqliteTable(
  'users',
  {
    /** What sessions refer to their person by: a few bytes where the id takes 22, in every row and in its index. Never leaves the store. */
    number: integer('number').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    /** As the person wrote it, NFKC-normalised. */
    email: text('email').notNull(),
    /** What makes addresses equal: NFKC and lower case. */
    emailKey: text('email_key').notNull(),
    name: text('name').notNull(),
    /** An Argon2id string in PHC form. */
    passwordHash: text('password_hash').notNull(),
    role: text('role', { enum: ['user', 'admin'] })
      .notNull()
      .default('user'),
    disabledAt: integer('disabled_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** When somebody proved that they read mail at this address; null until then. */
    emailVerifiedAt: integer('email_verified_at'),
    /** Why an admin disabled the account, in their words; null while it is enabled, or when nothing was said. */
    disabledReason: text('disabled_reason'),
    /** When an admin asked for a new password, or since when there is none: nobody signs in with one until it was reset. */
    passwordResetRequiredAt: integer('password_reset_required_at'),
  },
  (table) => [
    uniqueIndex('users_id').on(table.id),
    uniqueIndex('users_email_key').on(table.emailKey),
    index('users_created_at').on(table.createdAt),
    check('users_role', sql`${table.role} in ('user', 'admin')`),
  ],
)

/**
 * The one table with a row for each browser, so its bytes count: 188 each with the indexes on SQLite, 338 before (`docs/sizing.md`).
 * Numbers come first, since PostgreSQL fills up to eight bytes before each number that follows a text.
 */
export const sessions = sqliteTable(
  'sessions',
  {
    userNumber: integer('user_number')
      .notNull()
      .references(() => users.number, { onDelete: 'cascade' }),
    /** How often the refresh token has been replaced. */
    generation: integer('generation').notNull(),
    rotatedAt: integer('rotated_at').notNull(),
    /** When the current generation was first presented; null until then. */
    confirmedAt: integer('confirmed_at'),
    /** When the person signed in. A proof that is renewed begins another session, so this is also when they proved who they are. */
    createdAt: integer('created_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    /** The absolute end; rotation never moves it. */
    expiresAt: integer('expires_at').notNull(),
    revokedAt: integer('revoked_at'),
    /** When its person said that they have seen why it ended; null until then. */
    endNotedAt: integer('end_noted_at'),
    /** When the key of its device was registered. */
    boundAt: integer('bound_at'),
    /** Since when every request has to bring the ticket that the key gets; null until it was first seen. */
    proofNeededSince: integer('proof_needed_since'),
    /** How often the key has been used since: a challenge is good for one number. */
    bindingUses: integer('binding_uses').notNull().default(0),
    persistent: integer('persistent', { mode: 'boolean' }).notNull(),
    /** 128 random bits; part of the refresh token, useless without its mac. */
    id: text('id').primaryKey(),
    /** The browser and its system by name (`agentName`); until 2026-11-21 all that the browser says of itself. */
    agent: text('agent').notNull(),
    address: text('address').notNull(),
    /** How the person signed in (RFC 8176 values, separated by spaces). */
    amr: text('amr').notNull(),
    revokedReason: text('revoked_reason').$type<SessionEnd>(),
    /** The id of the secret that the refresh token of the current generation was first encrypted with; null if unknown. */
    secretId: text('sealed_with'),
    /** What the browser calls the session that it holds a key for (DBSC); null while there is no key. */
    bindingId: text('binding_id'),
    /** The public JWK of that key as JSON; set once. */
    bindingKey: text('binding_key'),
    /** The session that took its place, when it was replaced; null otherwise. */
    successorId: text('successor_id'),
  },
  (table) => [
    index('sessions_user_number').on(table.userNumber),
    index('sessions_expires_at').on(table.expiresAt),
    // Most browsers can bind nothing, and a row that is not in it costs nothing.
    index('sessions_binding_id').on(table.bindingId).where(sql`${table.bindingId} is not null`),
  ],
)

export const signingKeys = sqliteTable('signing_keys', {
  kid: text('kid').primaryKey(),
  alg: text('alg', { enum: ['ES256', 'EdDSA'] }).notNull(),
  /** Public JWK as JSON. */
  publicJwk: text('public_jwk').notNull(),
  /** Private JWK, encrypted (JWE, `dir` with a key derived from APP_SECRETS). */
  privateJwk: text('private_jwk').notNull(),
  createdAt: integer('created_at').notNull(),
  /** From when on it signs; it is in the key set before. */
  signsFrom: integer('signs_from').notNull(),
  /** When it left the key set; null while it is published. */
  retiredAt: integer('retired_at'),
})

export const projects = sqliteTable(
  'projects',
  {
    id: text('id').primaryKey(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    archivedAt: integer('archived_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('projects_owner').on(table.ownerId, table.createdAt, table.id),
    index('projects_created_at').on(table.createdAt, table.id),
  ],
)

/** Windows of `rate-limiter-flexible`, which names the columns. */
export const rateLimits = sqliteTable(
  'rate_limits',
  {
    key: text('key').primaryKey(),
    points: integer('points').notNull().default(0),
    /** When the window ends. */
    expire: integer('expire'),
  },
  (table) => [index('rate_limits_expire').on(table.expire)],
)

/** Consecutive failures to prove something, by a keyed hash of what was tried against. */
export const attempts = sqliteTable(
  'attempts',
  {
    key: text('key').primaryKey(),
    failures: integer('failures').notNull(),
    /** Until when the next try is refused. */
    blockedUntil: integer('blocked_until').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('attempts_updated_at').on(table.updatedAt)],
)

/** Codes that were sent by mail, one row each; of most purposes a subject has only the newest. */
export const oneTimeCodes = sqliteTable(
  'one_time_codes',
  {
    id: text('id').primaryKey(),
    purpose: text('purpose', {
      enum: ['register', 'confirm-address', 'reset-password', 'change-address', 'undo-address'],
    }).notNull(),
    /** Whom it is for: an account's id, or a keyed hash of an address that has no account. */
    subject: text('subject').notNull(),
    /** The account, when there is one: its codes go with it. */
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** A keyed hash of purpose and code. */
    codeHash: text('code_hash').notNull(),
    /** What the code is about, as JSON: a new address, or the registration that it completes, which is emptied when it has. */
    payload: text('payload').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    /** How often a password was tried along with it. */
    tries: integer('tries').notNull().default(0),
    /** The key of the address that an undo keeps from everybody else while it is alive, or that a registration waits for; else null. */
    reservedEmailKey: text('reserved_email_key'),
  },
  (table) => [
    uniqueIndex('one_time_codes_hash').on(table.codeHash),
    index('one_time_codes_reserved').on(table.reservedEmailKey).where(sql`${table.reservedEmailKey} is not null`),
    index('one_time_codes_subject').on(table.subject, table.purpose),
    index('one_time_codes_user').on(table.userId),
    index('one_time_codes_expires_at').on(table.expiresAt),
  ],
)

/** Mail on its way out. Texts are encrypted while they wait and gone once the mail is sent or given up. */
export const mailOutbox = sqliteTable(
  'mail_outbox',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    /** Empty once a mail about no account is sent or given up. */
    recipient: text('recipient').notNull(),
    subject: text('subject').notNull(),
    /** Plain text, encrypted; null when it is no longer needed. */
    text: text('text'),
    /** HTML, encrypted; null when it is no longer needed. */
    html: text('html'),
    createdAt: integer('created_at').notNull(),
    /** When it is tried next, if it still waits. While somebody tries, this lies beyond the longest try. */
    nextTryAt: integer('next_try_at').notNull(),
    tries: integer('tries').notNull().default(0),
    sentAt: integer('sent_at'),
    givenUpAt: integer('given_up_at'),
    /** A code such as ECONNREFUSED or 550; never the server's words. */
    lastError: text('last_error'),
    /** The account it is about: its mail goes with it. Null when there is none, or when the mail has to outlive it. */
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** What makes the recipient equal, while a mail about no account waits: an account of that address may come to it. */
    recipientKey: text('recipient_key'),
  },
  (table) => [
    index('mail_outbox_user').on(table.userId).where(sql`${table.userId} is not null`),
    index('mail_outbox_recipient').on(table.recipientKey).where(sql`${table.recipientKey} is not null`),
    index('mail_outbox_waiting').on(table.nextTryAt).where(sql`${table.sentAt} is null and ${table.givenUpAt} is null`),
    index('mail_outbox_created_at').on(table.createdAt),
  ],
)

/** One row for an account that has, or had, a second factor. */
export const factorSets = sqliteTable('factor_sets', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** Counts changes; a browser that was trusted under another version is trusted no more. */
  version: integer('version').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** An app that shows codes (RFC 6238), one for an account. */
export const totpFactors = sqliteTable(
  'totp_factors',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Encrypted, bound to the account. */
    secret: text('secret').notNull(),
    /** The id of the secret in `APP_SECRETS` that `secret` is encrypted with. */
    secretId: text('sealed_with').notNull(),
    /** The newest time step whose code was used: neither it nor an earlier one is taken again. */
    lastStep: integer('last_step').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [index('totp_factors_sealed_with').on(table.secretId)],
)

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of account and code. */
    codeHash: text('code_hash').notNull(),
    createdAt: integer('created_at').notNull(),
    usedAt: integer('used_at'),
  },
  (table) => [uniqueIndex('recovery_codes_code').on(table.userId, table.codeHash)],
)

export const passkeys = sqliteTable(
  'passkeys',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** As the authenticator made it, base64url. */
    credentialId: text('credential_id').notNull(),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    /** The signature counter at the last use; 0 for authenticators that do not count. */
    counter: integer('counter').notNull(),
    /** How a browser reaches the authenticator, separated by spaces. */
    transports: text('transports').notNull(),
    /** True when it can be copied to the person's other devices. */
    synced: integer('synced', { mode: 'boolean' }).notNull(),
    /** What the person calls it. */
    name: text('name').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [
    uniqueIndex('passkeys_credential_id').on(table.credentialId),
    index('passkeys_user_id').on(table.userId, table.createdAt),
  ],
)

/** Accounts at OpenID providers that people sign in with; each belongs to one account here. */
export const providerIdentities = sqliteTable(
  'provider_identities',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** What the settings call the provider. */
    provider: text('provider').notNull(),
    /** `iss` and `sub` of its ID tokens: together they never mean another person (OpenID Connect Core, 5.7). */
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    /** The address that the provider named last, to tell one from another. */
    email: text('email').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [
    uniqueIndex('provider_identities_subject').on(table.issuer, table.subject),
    index('provider_identities_user').on(table.userId),
  ],
)

/** What a session that began at a provider keeps of it. Tokens are encrypted, bound to the row. */
export const providerSessions = sqliteTable(
  'provider_sessions',
  {
    id: text('id').primaryKey(),
    /** The session that goes on now: a renewed proof moves the row to its successor. Null until the second step is done. */
    sessionId: text('session_id').references(() => sessions.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    /** The provider's own session (`sid`), when it names one. */
    providerSid: text('provider_sid'),
    idToken: text('id_token').notNull(),
    refreshToken: text('refresh_token'),
    accessToken: text('access_token'),
    accessExpiresAt: integer('access_expires_at'),
    /** Counts refreshes. */
    version: integer('version').notNull(),
    /** Who refreshes at the moment, and until when that holds unless they say more. */
    refreshedBy: text('refreshed_by'),
    refreshingUntil: integer('refreshing_until'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('provider_sessions_session').on(table.sessionId),
    index('provider_sessions_subject').on(table.issuer, table.subject),
    index('provider_sessions_sid').on(table.issuer, table.providerSid),
  ],
)

/** Challenges and tickets that were used, until they would have run out anyway: each is good for once. */
export const spentMarks = sqliteTable(
  'spent_marks',
  {
    id: text('id').primaryKey(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('spent_marks_expires_at').on(table.expiresAt)],
)

/**
 * What a security reviewer asks about later. Append-only: triggers (in the migration) refuse every change, and removal
 * before `keepUntil`. No foreign keys, so that events outlive accounts and sessions.
 */
export const securityEvents = sqliteTable(
  'security_events',
  {
    /** Counts up and is never given twice, so that rows that went missing leave a gap. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    createdAt: integer('created_at').notNull(),
    keepUntil: integer('keep_until').notNull(),
    type: text('type').notNull(),
    outcome: text('outcome').notNull(),
    actorId: text('actor_id'),
    subjectId: text('subject_id'),
    sessionId: text('session_id'),
    address: text('address'),
    agent: text('agent'),
    /** A flat JSON object. */
    detail: text('detail'),
  },
  (table) => [
    index('security_events_created_at').on(table.createdAt),
    index('security_events_keep_until').on(table.keepUntil),
    index('security_events_actor').on(table.actorId, table.createdAt),
    index('security_events_subject').on(table.subjectId, table.createdAt),
  ],
)
