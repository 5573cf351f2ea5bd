export { loadSettings, type Rate, type SettingDescription, type Settings, settingsTable } from './env.server.ts'
export { announceListening } from './listening.server.ts'
export { createLog, log } from './log.server.ts'
export { deriveKeyRing, deriveSecrets, type KeyRing, type Secret } from './secrets.server.ts'
