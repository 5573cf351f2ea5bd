export { type Database, isPostgres, type PostgresDatabase, type SqliteDatabase } from './database.ts'
export { resetPostgres } from './postgres/reset-postgres.ts'
export { type CleanupOptions, createCleanup, sessionsShownMs } from './rules/cleanup.ts'
export { type DeletedAccount, deleteAccount } from './rules/delete-account.ts'
export { leavesAnAdmin, sparingAdmins } from './rules/last-admin.ts'
export { type Budget, createRateLimiter, takePoints } from './rules/rate-limits.ts'
export {
  attempts,
  factorSets,
  mailOutbox,
  oneTimeCodes,
  passkeys,
  projects,
  providerIdentities,
  providerSessions,
  recoveryCodes,
  securityEvents,
  sessions,
  signingKeys,
  spentMarks,
  totpFactors,
  users,
} from './schema.ts'
export { countLiveSessions } from './session-count.ts'
export { type BackupResult, backUpStore } from './sqlite/backup.ts'
export { openDatabase, overSqlite } from './sqlite/client.ts'
export { migrateDatabase, openMigratedDatabase } from './sqlite/migrate.ts'
export { numberOf, ofSession } from './statements/person-number.ts'
export { forUpdate, storeClock } from './store/dialect.ts'
export { canWrite, closeStore, isPostgresUrl, openStore, type StoreOptions } from './store/open-store.ts'
export { asStoreProblem, isMissingReference, isUniqueViolation } from './store/store-faults.ts'
export { withStoreErrors } from './store/through-store.ts'
export { all, alone, atomically, holdPerson, run, type Work } from './store/transactions.ts'
export { type CopiedTable, type CopyResult, copyStore } from './tools/copy-store.ts'
