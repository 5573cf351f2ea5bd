/** Why a code was not accepted: the same words for every reason, so that nothing is learnt by trying. */
export const codeRefused =
  'This code does not work. It may be mistyped, used, older than an hour, or replaced by a newer mail. Ask for a new one.'

export const addressTaken = 'This address has an account by now.'

export const wrongPassword = 'That is not the password'
