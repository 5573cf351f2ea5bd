export {
  type CurrentUser,
  displayName,
  email,
  emailKeyOf,
  loginInput,
  newPassword,
  passwordMaxLength,
  passwordMinLength,
  presentedPassword,
  type Role,
  reauthenticateInput,
  registerInput,
  roles,
} from './account.ts'
export {
  type AdminEventSlice,
  adminEventSlice,
  type EventCount,
  type EventFilter,
  type EventOutcome,
  type EventQuery,
  type EventReader,
  type EventSlice,
  eventOutcomes,
  eventQuery,
  eventSlice,
  type StoredEvent,
  storedEvent,
} from './event.ts'
export {
  addPasskeyInput,
  confirmAppInput,
  factorCode,
  namePasskeyInput,
  passkeySignInInput,
  renamePasskeyInput,
  verifyCodeInput,
  verifyInput,
} from './factor.ts'
export {
  type AccessInspection,
  type BrowserInspection,
  type InspectedCookie,
  type SandboxActor,
  type SandboxRun,
  type SandboxScenario,
  type SandboxStep,
  type SessionInspection,
  type ShownTicket,
  sandboxScenarios,
} from './inspection.ts'
export type { FactorNotice, Mail, MailboxEntry, MailKind, ManyNotices, PostMail } from './mail.ts'
export { type Overview, type OverviewStep, overview, overviewQuery, overviewSpans } from './overview.ts'
export { type Page, pageOf, pageSize, paging } from './paging.ts'
export { type Preferences, preferencesInput, preferredLanguages, themes } from './preferences.ts'
export { type ProblemDocument, problemDocument } from './problem.ts'
export {
  changeProjectInput,
  createProjectInput,
  type OwnedProject,
  ownedProject,
  type Project,
  project,
  projectDescription,
  projectName,
} from './project.ts'
export { projectPageShape } from './project-shape.ts'
export {
  changeAddressInput,
  changePasswordInput,
  codeInput,
  confirmAddressInput,
  mailRequestInput,
  resetPasswordInput,
  setPasswordInput,
} from './recovery.ts'
export type { SessionEnd } from './session-end.ts'
export type { Shape } from './shape.ts'
export {
  type ChangeUserInput,
  changeUserInput,
  type ManagedSession,
  type ManagedUser,
  type Me,
  managedSession,
  managedSessions,
  managedUser,
  me,
  type SortOrder,
  sortOrders,
  type UserSort,
  userSearch,
  userSorts,
  type VerifiedAccess,
  verifiedAccess,
} from './user.ts'
