import { t } from '../../i18n/index.ts'
import { codeEntry, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the address that an account had until now. */
export function addressChanged({ at, undoCode }: { at: number; undoCode: string | null }): MailDocument {
  const undo =
    undoCode === null
      ? []
      : [
          paragraph(t('If it was not you, undo it within a week. Every session of the account then ends, too:')),
          codeEntry(t('Undo the change'), '/undo', undoCode),
        ]
  return {
    subject: t('The address of your account was changed'),
    blocks: [
      paragraph(
        t('Your account at Cloakroom has another address since {time}. This is the last mail about it to this one.', {
          time: moment(at),
        }),
      ),
      paragraph(t('If it was you, there is nothing to do.')),
      ...undo,
    ],
  }
}
