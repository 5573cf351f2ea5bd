export { openBuiltFiles, type ServeBuilt } from './built-files.server.ts'
export { freeBytes } from './disk.server.ts'
export { drainOnSignal, isDraining } from './draining.server.ts'
export { loadSettings, type SettingDescription, type Settings, settingsTable } from './env.server.ts'
export { readLate } from './late-module.server.ts'
export { announceListening, requireFreePort } from './listening.server.ts'
export { createSecret, replaceLocalSecrets, watchLocalSecrets, writeSecrets } from './local-secrets.server.ts'
export { createLog, log, logRequest } from './log.server.ts'
export { addReports, type MetricReport, metrics, printReports } from './metrics.server.ts'
export { lowerPoolPriority } from './pool-priority.server.ts'
export type { ProviderSettings } from './providers.server.ts'
export { takeRandomBytes } from './random.server.ts'
export { openText, sealText } from './sealed-box.server.ts'
export { deriveKeyRing, deriveSecrets, type KeyRing, type Secret } from './secrets.server.ts'
export { isLoopback, type Rate } from './setting-kinds.server.ts'
export { isSignatureOf, keyObjectOf, signBytes } from './signatures.server.ts'
export { isTracing, type OpenSpan, type SpanKind, startSpan, type TracePlace } from './tracing.server.ts'
export {
  loadUpstreams,
  type UpstreamRoute,
  type UpstreamRules,
  type UpstreamSettings,
  type UpstreamTable,
} from './upstreams.server.ts'
export { isKeeper, type Order, placeVariable, printMetrics, shareOf, type Word } from './worker.server.ts'
