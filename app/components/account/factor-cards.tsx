import { Link } from '@remix-run/react'
import { t } from '../../i18n/index.ts'
import { Confirm } from '../forms/confirm.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'
import { LastUse } from './last-use.tsx'

const action = '/account/security'

type AppCardProps = { app: { createdAt: number; lastUsedAt: number | null } | null }

/** The authenticator app of the account, or the way to one. */
export function AppCard({ app }: AppCardProps) {
  return (
    <section className="card" aria-labelledby="app-title">
      <h2 className="card-title" id="app-title">
        {t('Authenticator app')}
      </h2>
      {app ? (
        <>
          <p className="meta">
            <RichWords text="Added {time}" parts={{ time: <Timestamp at={app.createdAt} only="date" /> }} /> ·{' '}
            <LastUse at={app.lastUsedAt} />
          </p>
          <Confirm label={t('Remove')} question={t('Its codes will no longer work, and your other sessions end.')}>
            <PostForm action={action}>
              <SubmitButton pending={t('Removing…')} look="danger" intent="remove-app">
                {t('Remove the app')}
              </SubmitButton>
            </PostForm>
          </Confirm>
        </>
      ) : (
        <>
          <p>{t('Six digits that change every half minute, from an app on your phone or in your password manager.')}</p>
          <p>
            <Link className="button" to="/account/security/app">
              {t('Add an authenticator app')}
            </Link>
          </p>
        </>
      )}
    </section>
  )
}

type PasskeyCardProps = {
  passkey: { id: string; name: string; createdAt: number; lastUsedAt: number | null; synced: boolean }
}

/** One passkey, with what can be done about it. */
export function PasskeyCard({ passkey: { id, name, createdAt, lastUsedAt, synced } }: PasskeyCardProps) {
  return (
    <article className="card" aria-labelledby={`passkey-${id}`}>
      <h3 className="card-title" id={`passkey-${id}`}>
        {name}
      </h3>
      <p className="meta">
        {synced ? t('On your devices') : t('On one device')} ·{' '}
        <RichWords text="added {time}" parts={{ time: <Timestamp at={createdAt} only="date" /> }} /> ·{' '}
        <LastUse at={lastUsedAt} />
      </p>
      <div className="actions">
        <details className="rename">
          <summary className="button button-plain">{t('Rename')}</summary>
          <PostForm action={action} className="form">
            <input type="hidden" name="id" value={id} />
            <div className="field">
              <label htmlFor={`name-${id}`}>{t('New name')}</label>
              <input id={`name-${id}`} name="name" type="text" defaultValue={name} maxLength={40} required />
            </div>
            <SubmitButton pending={t('Saving…')} intent="rename-passkey">
              {t('Save name')}
            </SubmitButton>
          </PostForm>
        </details>
        <Confirm label={t('Remove')} question={t('It will no longer sign you in here, and your other sessions end.')}>
          <PostForm action={action}>
            <input type="hidden" name="id" value={id} />
            <SubmitButton pending={t('Removing…')} look="danger" intent="remove-passkey">
              {t('Remove this passkey')}
            </SubmitButton>
          </PostForm>
        </Confirm>
      </div>
    </article>
  )
}

/** How many recovery codes are left, and the way to new ones. */
export function RecoveryCodesCard({ left }: { left: number }) {
  return (
    <section className="card" aria-labelledby="recovery-title">
      <h2 className="card-title" id="recovery-title">
        {t('Recovery codes')}
      </h2>
      <p>
        {t('{left} of 10 left.', { left })}{' '}
        {left < 4 ? <strong>{t('Make new ones before you need them.')}</strong> : null}
      </p>
      <p>
        <Link className="button" to="/account/security/recovery-codes">
          {t('Make new codes')}
        </Link>
      </p>
    </section>
  )
}

/** Makes every browser ask again. */
export function TrustedBrowsersCard() {
  return (
    <section className="card" aria-labelledby="trusted-title">
      <h2 className="card-title" id="trusted-title">
        {t('Trusted browsers')}
      </h2>
      <p>{t('Browsers in which you ticked “Trust this browser” ask for your password only, for 30 days.')}</p>
      <PostForm action={action}>
        <SubmitButton pending={t('One moment…')} look="plain" intent="forget-browsers">
          {t('Trust none of them any more')}
        </SubmitButton>
      </PostForm>
    </section>
  )
}
