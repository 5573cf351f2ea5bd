import { Link } from '@remix-run/react'
import { t } from '../../i18n/index.ts'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'

/** A ticket was used twice: said on the dashboard until the person has read it. */
export function ReuseNotice({ notice }: { notice: { at: number; name: string } | null }) {
  if (notice === null) return null
  return (
    <section className="notice notice-bad" aria-labelledby="reuse-title">
      <h2 className="notice-title" id="reuse-title">
        {t('One of your sessions was ended')}
      </h2>
      <p>
        <RichWords
          text="On {time} an old copy of the ticket of {name} was used. If you restored a browser or a backup, that was you. If not, somebody may have copied it: change your password, and look at {sessions} and {activity}."
          parts={{
            time: <Timestamp at={notice.at} />,
            name: notice.name,
            sessions: <Link to="/account/sessions">{t('your sessions')}</Link>,
            activity: <Link to="/account/activity">{t('what happened')}</Link>,
          }}
        />
      </p>
      <PostForm action="/account/activity" className="actions">
        <SubmitButton intent="dismiss" look="plain" pending={t('One moment…')}>
          {t('I have read this')}
        </SubmitButton>
      </PostForm>
    </section>
  )
}
