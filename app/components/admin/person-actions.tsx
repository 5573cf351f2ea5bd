import type { ReactNode } from 'react'
import type { ManagedUser } from '../../contract/index.ts'
import { t } from '../../i18n/index.ts'
import { Confirm } from '../forms/confirm.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'

export type PersonIntent = 'disable' | 'enable' | 'demote' | 'promote' | 'end-sessions' | 'require-reset' | 'delete'

/** What an admin can do about one person. Each asks first; none of them sets a password or shows a code. */
export function PersonActions({ person, isSelf }: { person: ManagedUser; isSelf: boolean }) {
  const action = `/admin/users/${encodeURIComponent(person.id)}`
  const { name } = person
  const lose = isSelf ? ` ${t('You lose these pages at once and need another admin to come back.')}` : ''
  return (
    <div className="actions">
      {person.role === 'admin' ? (
        <Ask action={action} intent="demote" label={t('Remove admin')} yes={t('Remove admin rights')}>
          {t('Should {name} no longer be an admin?', { name })}
          {lose}
        </Ask>
      ) : (
        <Ask action={action} intent="promote" label={t('Make admin')} yes={t('Give admin rights')}>
          {t('Make {name} an admin? Admins see and change every account.', { name })}
        </Ask>
      )}
      {person.disabledAt === null ? (
        <Ask action={action} intent="disable" label={t('Disable')} yes={t('Disable the account')} extra={<Reason />}>
          {t('{name} is signed out everywhere and cannot sign in until an admin enables the account.', { name })}
          {lose}
        </Ask>
      ) : (
        <Ask action={action} intent="enable" label={t('Enable')} yes={t('Enable the account')}>
          {t('Let {name} sign in again?', { name })}
        </Ask>
      )}
      <Ask action={action} intent="end-sessions" label={t('End sessions')} yes={t('End all sessions')}>
        {t('{name} is signed out everywhere and can sign in again.', { name })}
      </Ask>
      {person.passwordResetRequiredAt === null ? (
        <Ask
          action={action}
          intent="require-reset"
          label={t('Ask for a new password')}
          yes={t('Ask for a new password')}
        >
          {t(
            '{name} is signed out everywhere. The present password no longer signs in; a new one is chosen with a code from a mail, which you do not see.',
            { name },
          )}
        </Ask>
      ) : null}
      <Ask action={action} intent="delete" label={t('Delete')} yes={t('Delete for good')}>
        {t('Delete the account of {name} and all its projects for good? This cannot be undone.', { name })}
        {lose}
      </Ask>
    </div>
  )
}

type AskProps = {
  action: string
  intent: PersonIntent
  label: string
  yes: string
  extra?: ReactNode
  children: ReactNode
}

function Ask({ action, intent, label, yes, extra, children }: AskProps) {
  return (
    <Confirm label={label} question={children}>
      <PostForm action={action} className="form">
        {extra}
        <SubmitButton intent={intent} look="danger" pending={t('One moment…')}>
          {yes}
        </SubmitButton>
      </PostForm>
    </Confirm>
  )
}

function Reason() {
  return (
    <div className="field">
      <label htmlFor="disable-reason">{t('Reason')}</label>{' '}
      <p className="hint" id="disable-reason-hint">
        {t('For admins alone; may stay empty.')}
      </p>
      <input
        id="disable-reason"
        name="reason"
        type="text"
        maxLength={200}
        aria-describedby="disable-reason-hint"
        autoComplete="off"
      />
    </div>
  )
}
