export type { Principal, SessionFacts } from '../identity/index.server.ts'
export { listActivity } from './account/activity.server.ts'
export { refreshDevice, registerDevice } from './account/device-binding.server.ts'
export {
  dismissReuseNotice,
  endDevice,
  endOtherDevices,
  findReuseNotice,
  listDevices,
} from './account/devices.server.ts'
export { collectOwnData, deleteOwnAccount } from './account/own-account.server.ts'
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
} from './account/own-factors.server.ts'
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
} from './account/providers.server.ts'
export { findIsAddressConfirmed } from './account/recovery.server.ts'
export {
  canUsePasskeys,
  findSecondStep,
  finishSecondStep,
  requestSignInPasskey,
  requestStepPasskey,
  requireProved,
  signInWithPasskey,
} from './account/second-step.server.ts'
export { type BffConfiguration, configureBff } from './configuration.server.ts'
export {
  type Access,
  type Declaration,
  type RouteAccess,
  type RouteModules,
  readRouteAccess,
} from './guard/access.server.ts'
export type { GuardContext } from './guard/admission.server.ts'
export {
  type ActionContext,
  type EndpointContext,
  guardAction,
  guardBrowserReport,
  guardDeviceCall,
  guardEndpoint,
  guardLoader,
  guardServerCall,
} from './guard/guard.server.ts'
export { isFresh, listProofMethods, requestProofPasskey } from './guard/step-up.server.ts'
export { openRequests } from './open-request.server.ts'
export { guardProxy } from './proxy/proxy-route.server.ts'
export { findVisitor, getCspNonce } from './request/request-context.server.ts'
export type { ApiClient, ApiOptions } from './session/api-client.server.ts'
export { parseInput, requireSignedIn, toCurrentUser, toSessionAnswer } from './session/session-answer.server.ts'
export { receiveCspReport } from './site/csp-reports.server.ts'
export { type EventExportFormat, eventQueryText, exportEvents } from './site/event-export.server.ts'
export { answerHealth, answerMetrics, answerReadiness } from './site/health.server.ts'
export {
  inspectAccess,
  inspectBrowser,
  inspectSession,
  playScenario,
  requireScenario,
} from './site/inspection.server.ts'
export { getIssuerMetadata, getKeySet, getPasskeyEndpoints } from './site/issuer-documents.server.ts'
export { openWords } from './site/language.server.ts'
export { requireMailbox } from './site/mailbox.server.ts'
export { changePreferences, readPreferences } from './site/preferences.server.ts'
export { observeRequests } from './site/request-log.server.ts'
export { getSecurityText } from './site/security-text.server.ts'
