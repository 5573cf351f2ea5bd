import { useLoaderData } from '@remix-run/react'
import { guardLoader, requireMailbox } from '../bff/index.server.ts'
import { EmptyState } from '../components/layout/empty-state.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { MailText } from '../components/text/mail-text.tsx'
import { RichWords } from '../components/text/rich-words.tsx'
import { Timestamp } from '../components/text/timestamp.tsx'
import { t } from '../i18n/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'public' }, async () => ({ mails: await requireMailbox() }))

export const meta = pageTitle(() => t('Mailbox'))

export default function Mailbox() {
  const { mails } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('Mailbox of this machine')}</h1>
      <p>{t('No mail server is set, so mails end here. Anybody who reaches this machine can read them.')}</p>
      {mails.length === 0 ? (
        <EmptyState title={t('No mail yet')}>{t('Register, or ask for a new password.')}</EmptyState>
      ) : null}
      {mails.map((mail) => (
        <article key={mail.id} className="card mail" aria-labelledby={`mail-${mail.id}`}>
          <h2 id={`mail-${mail.id}`}>{mail.subject}</h2>
          <p className="meta">
            <RichWords
              text="To {address}, {time}"
              parts={{ address: mail.to, time: <Timestamp at={mail.createdAt} /> }}
            />
          </p>
          <MailText text={mail.text} />
        </article>
      ))}
    </>
  )
}
