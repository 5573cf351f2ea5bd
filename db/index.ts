export { type BackupResult, backUpStore } from './backup.ts'
export { type CleanupOptions, countLiveSessions, createCleanup } from './cleanup.ts'
export { asStoreProblem, type Database, isUniqueViolation, openDatabase } from './client.ts'
export { isSpareable } from './last-admin.ts'
export { migrateDatabase, openMigratedDatabase } from './migrate.ts'
export { type Budget, createRateLimiter } from './rate-limits.ts'
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
