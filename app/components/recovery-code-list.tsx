import { Link } from '@remix-run/react'

/** New recovery codes, shown this once. The file is made in the page, so that it is in no cache and no log. */
export function RecoveryCodeList({ codes, email }: { codes: readonly string[]; email: string }) {
  return (
    <section className="card" aria-labelledby="codes-title">
      <h2 id="codes-title">Your recovery codes</h2>
      <p>
        Each of them gets you in once when your phone or passkey is gone. They are shown <strong>only now</strong>:
        print them or keep them where you keep your passwords.
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
          Download as text
        </a>{' '}
        <Link className="button button-primary" to="/account/security">
          I have kept them
        </Link>
      </p>
    </section>
  )
}

function fileOf(codes: readonly string[], email: string): string {
  const lines = ['Recovery codes for Cloakroom', `Account: ${email}`, '', ...codes, '', 'Each works once.', '']
  return `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join('\r\n'))}`
}
