import { Link } from '@remix-run/react'
import { t } from '../../i18n/index.ts'
import { RichWords } from '../text/rich-words.tsx'

/** New recovery codes, shown this once. The file is made in the page, so that it is in no cache and no log. */
export function RecoveryCodeList({ codes, email }: { codes: readonly string[]; email: string }) {
  return (
    <section className="card" aria-labelledby="codes-title">
      <h2 id="codes-title">{t('Your recovery codes')}</h2>
      <p>
        <RichWords
          text="Each of them gets you in once when your phone or passkey is gone. They are shown {now}: print them or keep them where you keep your passwords."
          parts={{ now: <strong>{t('only now')}</strong> }}
        />
      </p>
      <ol className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p className="actions">
        <a className="button" download="cloakroom-recovery-codes.txt" href={fileOf(codes, email)}>
          {t('Download as text')}
        </a>{' '}
        <Link className="button button-primary" to="/account/security">
          {t('I have kept them')}
        </Link>
      </p>
    </section>
  )
}

function fileOf(codes: readonly string[], email: string): string {
  const lines = [
    t('Recovery codes for Cloakroom'),
    t('Account: {email}', { email }),
    '',
    ...codes,
    '',
    t('Each works once.'),
    '',
  ]
  return `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join('\r\n'))}`
}
