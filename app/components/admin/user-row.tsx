import { Link } from '@remix-run/react'
import type { ManagedUser } from '../../contract/index.ts'
import { message, type PlainMessage, t } from '../../i18n/index.ts'
import { Confirm } from '../forms/confirm.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'

type UserRowProps = {
  user: ManagedUser
  /** Path (with search and page) that the forms go to. */
  action: string
  /** The signed-in admin's own row: changes to oneself are asked about first. */
  isSelf: boolean
}

/** One person in the admin's list, with what can be done about them. */
export function UserRow({ user, action, isSelf }: UserRowProps) {
  return (
    <article className="card" aria-labelledby={`user-${user.id}`}>
      <h2 className="card-title" id={`user-${user.id}`}>
        <Link to={`/admin/users/${encodeURIComponent(user.id)}`}>{user.name}</Link>
      </h2>
      <p className="badges">
        {isSelf ? <span className="badge">{t('You')}</span> : null}{' '}
        {user.role === 'admin' ? <span className="badge badge-strong">{t('Admin')}</span> : null}{' '}
        {user.disabledAt !== null ? <span className="badge badge-bad">{t('Disabled')}</span> : null}{' '}
        {user.passwordResetRequiredAt !== null ? (
          <span className="badge badge-bad">{t('New password asked for')}</span>
        ) : null}{' '}
        {user.emailVerifiedAt === null ? <span className="badge">{t('Address not confirmed')}</span> : null}
      </p>
      <p className="meta">
        {user.email} ·{' '}
        <RichWords text="joined {time}" parts={{ time: <Timestamp at={user.createdAt} only="date" /> }} />
      </p>
      <div className="actions">
        {user.disabledAt === null ? (
          <Change
            user={user}
            action={action}
            intent="disable"
            pending={t('Disabling…')}
            label={t('Disable')}
            ask={isSelf}
          />
        ) : (
          <Change user={user} action={action} intent="enable" pending={t('Enabling…')} label={t('Enable')} />
        )}
        {user.role === 'admin' ? (
          <Change
            user={user}
            action={action}
            intent="demote"
            pending={t('Removing…')}
            label={t('Remove admin')}
            ask={isSelf}
          />
        ) : (
          <Change user={user} action={action} intent="promote" pending={t('Saving…')} label={t('Make admin')} />
        )}
        <Change user={user} action={action} intent="delete" pending={t('Deleting…')} label={t('Delete')} ask />
      </div>
    </article>
  )
}

export type UserIntent = 'disable' | 'enable' | 'demote' | 'promote' | 'delete'

type ChangeProps = {
  user: ManagedUser
  action: string
  intent: UserIntent
  label: string
  pending: string
  ask?: boolean
}

function Change({ user, action, intent, label, pending, ask = false }: ChangeProps) {
  const form = (
    <PostForm action={action}>
      <input type="hidden" name="id" value={user.id} />
      <SubmitButton intent={intent} look={ask ? 'danger' : 'plain'} pending={pending}>
        {ask ? t(questions[intent].yes) : label}
        <span className="visually-hidden"> ({user.name})</span>
      </SubmitButton>
    </PostForm>
  )
  if (!ask) return form
  return (
    <Confirm
      label={
        <>
          {label}
          <span className="visually-hidden"> {user.name}</span>
        </>
      }
      question={questions[intent].question(user.name)}
    >
      {form}
    </Confirm>
  )
}

const questions: Record<UserIntent, { question: (name: string) => string; yes: PlainMessage }> = {
  disable: {
    question: () => t('Disable your own account? You are signed out at once and need another admin to come back.'),
    yes: message('Disable my account'),
  },
  enable: { question: (name) => t('Let {name} sign in again?', { name }), yes: 'Enable' },
  demote: {
    question: () => t('Give up being an admin? You lose these pages at once and need another admin to come back.'),
    yes: message('Give up admin'),
  },
  promote: { question: (name) => t('Make {name} an admin?', { name }), yes: 'Make admin' },
  delete: {
    question: (name) =>
      t('Delete the account of {name} and all its projects for good? This cannot be undone.', { name }),
    yes: message('Delete for good'),
  },
}
