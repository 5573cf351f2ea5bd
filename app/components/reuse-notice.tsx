import { Link } from '@remix-run/react'
import { PostForm } from './post-form.tsx'
import { SubmitButton } from './submit-button.tsx'
import { Timestamp } from './timestamp.tsx'

/** A ticket was used twice: said on the dashboard until the person has read it. */
export function ReuseNotice({ notice }: { notice: { at: number; name: string } | null }) {
  if (notice === null) return null
  return (
    <section className="notice notice-bad" aria-labelledby="reuse-title">
      <h2 className="notice-title" id="reuse-title">
        One of your sessions was ended
      </h2>
      <p>
        On <Timestamp at={notice.at} /> an old copy of the ticket of {notice.name} was used. If you restored a browser
        or a backup, that was you. If not, somebody may have copied it: change your password, and look at{' '}
        <Link to="/account/sessions">your sessions</Link> and <Link to="/account/activity">what happened</Link>.
      </p>
      <PostForm action="/account/activity" className="actions">
        <SubmitButton intent="dismiss" look="plain" pending="One moment…">
          I have read this
        </SubmitButton>
      </PostForm>
    </section>
  )
}
