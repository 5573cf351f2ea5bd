import { useLoaderData } from '@remix-run/react'
import { guardLoader, requireMailbox } from '../bff/index.server.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { MailText } from '../components/mail-text.tsx'
import { pageTitle } from '../components/page-title.ts'
import { Timestamp } from '../components/timestamp.tsx'

export { ProblemBoundary as ErrorBoundary } from '../components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'public' }, async () => ({ mails: await requireMailbox() }))

export const meta = pageTitle('Mailbox')

export default function Mailbox() {
  const { mails } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>Mailbox of this machine</h1>
      <p>No mail server is set, so mails end here. Anybody who reaches this machine can read them.</p>
      {mails.length === 0 ? <EmptyState title="No mail yet">Register, or ask for a new password.</EmptyState> : null}
      {mails.map((mail) => (
        <article key={mail.id} className="card mail" aria-labelledby={`mail-${mail.id}`}>
          <h2 id={`mail-${mail.id}`}>{mail.subject}</h2>
          <p className="meta">
            To {mail.to}, <Timestamp at={mail.createdAt} />
          </p>
          <MailText text={mail.text} />
        </article>
      ))}
    </>
  )
}
