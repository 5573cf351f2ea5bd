import type { Mail } from '../../contract/index.ts'
import type { MailDocument } from '../mail-document.ts'
import { addressChanged } from './address-changed.ts'
import { addressRestored } from './address-restored.ts'
import { addressTaken } from './address-taken.ts'
import { confirmAddress } from './confirm-address.ts'
import { confirmNewAddress } from './confirm-new-address.ts'
import { manyNotices } from './many-notices.ts'
import { newDevice } from './new-device.ts'
import { passwordChanged } from './password-changed.ts'
import { resetPassword } from './reset-password.ts'
import { secondFactor } from './second-factor.ts'
import { sessionCopied } from './session-copied.ts'

/** The words of a mail. */
export function writeMail(mail: Mail): MailDocument {
  switch (mail.kind) {
    case 'confirm-address':
      return confirmAddress(mail)
    case 'address-taken':
      return addressTaken()
    case 'reset-password':
      return resetPassword(mail)
    case 'password-changed':
      return passwordChanged(mail)
    case 'confirm-new-address':
      return confirmNewAddress(mail)
    case 'address-changed':
      return addressChanged(mail)
    case 'address-restored':
      return addressRestored(mail)
    case 'new-device':
      return newDevice(mail)
    case 'session-copied':
      return sessionCopied(mail)
    case 'many-notices':
      return manyNotices(mail)
    case 'second-factor':
      return secondFactor(mail)
  }
}
