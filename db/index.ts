export { type BackupResult, backUpStore } from './backup.ts'
export { type CleanupOptions, createCleanup } from './cleanup.ts'
export { openDatabase, overSqlite } from './client.ts'
export { type CopiedTable, type CopyResult, copyStore } from './copy-store.ts'
export { type Database, isPostgres, type PostgresDatabase, type SqliteDatabase } from './database.ts'
export { type DeletedAccount, deleteAccount } from './delete-account.ts'
export { forUpdate, storeClock } from './dialect.ts'
export { isSpareable, sparingAdmins } from './last-admin.ts'
export { migrateDatabase, openMigratedDatabase } from './migrate.ts'
export { canWrite, closeStore, isPostgresUrl, openStore, type StoreOptions } from './open-store.ts'
export { numberOf, ofSession } from './person-number.ts'
export { resetPostgres } from './postgres/reset-postgres.ts'
export { type Budget, createRateLimiter, takePoints } from './rate-limits.ts'
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
export { asStoreProblem, isMissingReference, isUniqueViolation } from './store-faults.ts'
export { throughStore } from './through-store.ts'
export { all, alone, atomically, holdPerson, run, type Work } from './transactions.ts'
