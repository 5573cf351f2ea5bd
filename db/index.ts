export { asStoreProblem, type Database, isUniqueViolation, openDatabase } from './client.ts'
export { migrateDatabase, openMigratedDatabase } from './migrate.ts'
export { projects, sessions, signingKeys, users } from './schema.ts'
