export { decryptText, encryptText } from './crypto/encryption.server.ts'
export { takeRandomBytes } from './crypto/random.server.ts'
export { deriveKeyRing, deriveSecrets, type KeyRing, type Secret } from './crypto/secrets.server.ts'
export { isSignatureOf, keyObjectOf, signBytes } from './crypto/signatures.server.ts'
export { freeBytes } from './process/disk.server.ts'
export { readLate } from './process/late-module.server.ts'
export { lowerPoolPriority } from './process/pool-priority.server.ts'
export {
  followOrders,
  isKeeper,
  type Order,
  placeVariable,
  printMetrics,
  sendReport,
  shareOf,
  type Word,
  worker,
} from './process/worker.server.ts'
export { createSecret, replaceLocalSecrets, watchLocalSecrets, writeSecrets } from './settings/local-secrets.server.ts'
export type { ProviderSettings } from './settings/providers.server.ts'
export { isLoopback, platformParts, type Rate } from './settings/setting-kinds.server.ts'
export { loadSettings, type SettingDescription, type Settings, settingsTable } from './settings/settings.server.ts'
export {
  loadUpstreams,
  type UpstreamRoute,
  type UpstreamRules,
  type UpstreamSettings,
  type UpstreamTable,
} from './settings/upstreams.server.ts'
export { createLog, log, logRequest } from './telemetry/log.server.ts'
export { addReports, type MetricReport, metrics, printReports } from './telemetry/metrics.server.ts'
export { isTracing, type OpenSpan, type SpanKind, startSpan, type TracePlace } from './telemetry/tracing.server.ts'
