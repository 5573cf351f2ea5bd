import type { FactorNotice } from '../../contract/index.ts'
import { plural, t } from '../../i18n/index.ts'
import { link, type MailDocument, moment, paragraph } from '../mail-document.ts'

/** To the owner of an account, when something about its second factors has changed. */
export function secondFactor({ at, notice }: { at: number; notice: FactorNotice }): MailDocument {
  const { subject, done } = words(notice)
  const time = moment(at)
  return {
    subject,
    blocks: [
      paragraph(
        notice.what === 'code-used'
          ? t('{done}, on {time}.', { done, time })
          : t('{done}, on {time}. Every other session of the account has ended.', { done, time }),
      ),
      paragraph(
        t('If it was you, there is nothing to do. If it was not, somebody knows your password. Choose another one:'),
      ),
      link(t('Choose a new password'), '/forgot'),
      paragraph(t('Then look at what your account is protected with:')),
      link(t('Ways to sign in'), '/account/security'),
    ],
  }
}

function words(notice: FactorNotice): { subject: string; done: string } {
  switch (notice.what) {
    case 'totp-added':
      return {
        subject: t('An authenticator app was added'),
        done: t(
          'Signing in to your account at Cloakroom now also asks for a code of an authenticator app. It was added',
        ),
      }
    case 'totp-removed':
      return {
        subject: t('The authenticator app was removed'),
        done: t('Codes of your authenticator app no longer work at Cloakroom. It was removed'),
      }
    case 'passkey-added':
      return { subject: t('A passkey was added'), done: t('A passkey was added to your account at Cloakroom') }
    case 'passkey-removed':
      return { subject: t('A passkey was removed'), done: t('A passkey was removed from your account at Cloakroom') }
    case 'provider-linked':
      return {
        subject: t('{provider} now signs you in', { provider: notice.provider }),
        done: t(
          'An account at {provider} was linked to your account at Cloakroom and signs you in from now on. It was linked',
          { provider: notice.provider },
        ),
      }
    case 'provider-unlinked':
      return {
        subject: t('{provider} no longer signs you in', { provider: notice.provider }),
        done: t('The link between {provider} and your account at Cloakroom was removed. It was removed', {
          provider: notice.provider,
        }),
      }
    case 'codes-renewed':
      return {
        subject: t('New recovery codes were made'),
        done: t('New recovery codes were made for your account at Cloakroom, and the old ones no longer work'),
      }
    case 'code-used':
      return {
        subject: t('A recovery code was used'),
        done: t('A recovery code was used to get into your account at Cloakroom; {left}', {
          left: leftInWords(notice.left),
        }),
      }
  }
}

function leftInWords(left: number): string {
  if (left === 0) return t('none is left')
  return plural('one is left|{count} are left', left)
}
