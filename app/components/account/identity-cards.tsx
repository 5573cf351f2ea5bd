import { t } from '../../i18n/index.ts'
import { Confirm } from '../forms/confirm.tsx'
import { CsrfField } from '../forms/csrf-field.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'
import { LastUse } from './last-use.tsx'

const action = '/account/security'

type Provider = { id: string; name: string }
type Identity = { id: string; provider: Provider; email: string; createdAt: number; lastUsedAt: number | null }
type IdentityCardsProps = { identities: readonly Identity[]; providers: readonly Provider[] }

/** Accounts elsewhere that sign this person in, and the providers where another one could be linked. */
export function IdentityCards({ identities, providers }: IdentityCardsProps) {
  if (identities.length === 0 && providers.length === 0) return null
  return (
    <section aria-labelledby="identities-title" className="stack">
      <h2 id="identities-title">{t('Accounts elsewhere')}</h2>
      {identities.length === 0 ? <p className="quiet">{t('None yet.')}</p> : null}
      <ul className="cards">
        {identities.map((identity) => (
          <li key={identity.id}>
            <IdentityCard identity={identity} />
          </li>
        ))}
      </ul>
      <div className="actions">
        {providers.map(({ id, name }) => (
          // A plain form: it leaves this site.
          <form key={id} method="post" action={action}>
            <CsrfField />
            <input type="hidden" name="id" value={id} />
            <button type="submit" name="intent" value="link-provider" className="button button-plain">
              {t('Link an account of {name}', { name })}
            </button>
          </form>
        ))}
      </div>
    </section>
  )
}

function IdentityCard({ identity: { id, provider, email, createdAt, lastUsedAt } }: { identity: Identity }) {
  return (
    <article className="card" aria-labelledby={`identity-${id}`}>
      <h3 className="card-title" id={`identity-${id}`}>
        {provider.name}
      </h3>
      <p className="meta">
        {email ? `${email} · ` : ''}
        <RichWords text="added {time}" parts={{ time: <Timestamp at={createdAt} only="date" /> }} />
        {' · '}
        <LastUse at={lastUsedAt} />
      </p>
      <Confirm label={t('Remove')} question={t('It will no longer sign you in here, and your other sessions end.')}>
        <PostForm action={action}>
          <input type="hidden" name="id" value={id} />
          <SubmitButton pending={t('Removing…')} look="danger" intent="unlink-provider">
            {t('Remove this link')}
          </SubmitButton>
        </PostForm>
      </Confirm>
    </article>
  )
}
