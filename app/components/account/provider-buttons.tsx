import { t } from '../../i18n/index.ts'
import { CsrfField } from '../forms/csrf-field.tsx'

type ProviderButtonsProps = {
  providers: readonly { id: string; name: string }[]
  /** Where to go once signed in. */
  target: string
}

/** Sign-in at a provider: plain forms, since they leave this site. */
export function ProviderButtons({ providers, target }: ProviderButtonsProps) {
  if (providers.length === 0) return null
  return (
    <section className="providers" aria-label={t('Sign in with an account elsewhere')}>
      <p className="divider">{t('or')}</p>
      {providers.map(({ id, name }) => (
        <form key={id} method="post" action={`/login/with/${id}`}>
          <CsrfField />
          <input type="hidden" name="redirectTo" value={target} />
          <button type="submit" className="button button-plain">
            {t('Continue with {name}', { name })}
          </button>
        </form>
      ))}
    </section>
  )
}
