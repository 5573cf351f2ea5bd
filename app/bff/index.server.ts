export type { Principal, SessionFacts } from '../identity/index.server.ts'
export { type Access, type Declaration, type RouteAccess, type RouteModules, readRouteAccess } from './access.server.ts'
export { listActivity } from './activity.server.ts'
export type { GuardContext } from './admission.server.ts'
export type { ApiClient, ApiOptions } from './api-client.server.ts'
export { type BffConfiguration, configureBff } from './configuration.server.ts'
export { receiveCspReport } from './csp-reports.server.ts'
export { refreshDevice, registerDevice } from './device-binding.server.ts'
export { dismissReuseNotice, endDevice, endOtherDevices, findReuseNotice, listDevices } from './devices.server.ts'
export { type EventExportFormat, eventQueryText, exportEvents } from './event-export.server.ts'
export { findVisitor, getCspNonce } from './exchange.server.ts'
export { openExchanges } from './exchange-hook.server.ts'
export {
  type ActionContext,
  type EndpointContext,
  guardAction,
  guardBrowserReport,
  guardDeviceCall,
  guardEndpoint,
  guardLoader,
  guardServerCall,
} from './guard.server.ts'
export { answerHealth, answerMetrics, answerReadiness } from './health.server.ts'
export { inspectAccess, inspectBrowser, inspectSession, playScenario, requireScenario } from './inspection.server.ts'
export { getIssuerMetadata, getKeySet, getPasskeyEndpoints } from './issuer-documents.server.ts'
export { openWords } from './language.server.ts'
export { requireMailbox } from './mailbox.server.ts'
export { collectOwnData, deleteOwnAccount } from './own-account.server.ts'
export {
  type AppEnrolment,
  addPasskey,
  confirmApp,
  forgetTrustedBrowsers,
  readFactors,
  removeApp,
  removePasskey,
  renamePasskey,
  renewRecoveryCodes,
  resumeApp,
  startApp,
  startPasskey,
} from './own-factors.server.ts'
export { changePreferences, readPreferences } from './preferences.server.ts'
export {
  type AttemptRefused,
  beginAtProvider,
  completeAtProvider,
  endByProvider,
  type LinkedIdentity,
  listIdentities,
  listProviders,
  type ProviderName,
  unlinkIdentity,
} from './providers.server.ts'
export { guardProxy } from './proxy/proxy-route.server.ts'
export { findIsAddressConfirmed } from './recovery.server.ts'
export { observeRequests } from './request-log.server.ts'
export {
  canUsePasskeys,
  findSecondStep,
  finishSecondStep,
  requestSignInPasskey,
  requestStepPasskey,
  requireProved,
  signInWithPasskey,
} from './second-step.server.ts'
export { getSecurityText } from './security-text.server.ts'
export { parseInput, requireSignedIn, toCurrentUser, toSessionAnswer } from './session-answer.server.ts'
export { isFresh, listProofMethods, requestProofPasskey } from './step-up.server.ts'
