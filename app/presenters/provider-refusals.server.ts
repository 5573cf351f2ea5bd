import { t } from '../i18n/index.ts'

/** Why a sign-in at a provider came to nothing. */
type Refusal = { kind: string; provider?: { name: string } }

/** Status and words for a sign-in at a provider that came to nothing. Nobody is blamed, and each says how to go on. */
export function providerRefusal(refusal: Refusal): { status: number; message: string } {
  const name = refusal.provider?.name ?? ''
  switch (refusal.kind) {
    case 'provider-refused':
      return { status: 403, message: t('{name} did not sign you in. Try again, or sign in in another way.', { name }) }
    case 'provider-unavailable':
      return {
        status: 502,
        message: t('{name} cannot be reached at the moment. Try again shortly, or sign in in another way.', { name }),
      }
    case 'provider-answer-invalid':
      return {
        status: 502,
        message: t('The answer of {name} could not be confirmed, so nobody was signed in. Begin once more.', { name }),
      }
    case 'account-disabled':
      return { status: 403, message: t('Account is disabled') }
    case 'address-unverified':
      return {
        status: 403,
        message: t('{name} has not confirmed your email address. Confirm it there, and then sign in here.', { name }),
      }
    case 'address-taken':
      return {
        status: 409,
        message: t(
          'There is an account with your email address. Sign in to it with its password or passkey, and then link {name} under “Ways to sign in”.',
          { name },
        ),
      }
    case 'registration-closed':
      return { status: 403, message: t('There is no account here for you. Ask whoever runs this site for one.') }
    case 'identity-taken':
      return { status: 409, message: t('That account of {name} belongs to another account here.', { name }) }
    case 'too-many-identities':
      return { status: 409, message: t('There are twenty links already. Remove one that you no longer use.') }
    case 'own-address-unconfirmed':
      return { status: 403, message: t('Confirm the email address of your account first. Then link the two.') }
    default:
      return {
        status: 400,
        message: t('This sign-in was begun in another browser, took too long, or is done already. Begin once more.'),
      }
  }
}
