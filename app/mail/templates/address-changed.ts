import { codeEntry, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the address that an account had until now. */
export function addressChanged({ at, undoCode }: { at: number; undoCode: string | null }): MailDocument {
  const undo =
    undoCode === null
      ? []
      : [
          paragraph('If it was not you, undo it within a week. Every session of the account then ends, too:'),
          codeEntry('Undo the change', '/undo', undoCode),
        ]
  return {
    subject: 'The address of your account was changed',
    blocks: [
      paragraph(
        `Your account at Cloakroom has another address since ${moment(at)}. This is the last mail about it to this one.`,
      ),
      paragraph('If it was you, there is nothing to do.'),
      ...undo,
    ],
  }
}
