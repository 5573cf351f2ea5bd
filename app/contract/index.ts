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
export type { Mail, MailboxEntry, MailKind, PostMail } from './mail.ts'
export { type Page, pageOf, pageSize, paging } from './paging.ts'
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
export { changeUserInput, type ManagedUser, type Me, managedUser, me, userSearch } from './user.ts'
