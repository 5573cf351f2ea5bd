export { asStoreProblem, type Database, isUniqueViolation, openDatabase } from './client.ts'
export { migrateDatabase, openMigratedDatabase } from './migrate.ts'
export { type Budget, createRateLimiter } from './rate-limits.ts'
export { attempts, mailOutbox, oneTimeCodes, projects, securityEvents, sessions, signingKeys, users } from './schema.ts'
