import type { ReactNode } from 'react'
import { t } from '../../i18n/index.ts'
import type { StepUp } from '../../kernel/index.ts'
import { CsrfField } from '../forms/csrf-field.tsx'
import { PasskeyProof } from '../passkeys/passkey-proof.tsx'
import type { ProblemWords } from '../text/problem-words.ts'
import { RichWords } from '../text/rich-words.tsx'
import { useCurrentUser } from './current-user.ts'

/** Asks for a proof before a sensitive change; what was sent is carried out with it. */
export function StepUpForm({ problem, stepUp }: { problem: ProblemWords; stepUp: StepUp }) {
  return (
    <section className="narrow ticket" aria-labelledby="step-up-title">
      <h1 id="step-up-title">{problem.title}</h1>
      <div className="stack">
        <p>{problem.detail}</p>
        <ProofForms stepUp={stepUp} />
      </div>
    </section>
  )
}

/**
 * One form for each way to confirm that it is still them. They post to where the first form went, with that form encrypted
 * inside, as a whole page: the answer is that of the change itself.
 */
export function ProofForms({ stepUp, carried }: { stepUp: StepUp; carried?: ReactNode }) {
  const { methods, error } = stepUp
  const messageFor = (field: string) => (error?.field === field ? error.message : undefined)
  return (
    <div className="stack">
      {methods.password ? (
        <ProofForm stepUp={stepUp} carried={carried}>
          <Account />
          <ProofField
            name="password"
            type="password"
            label={t('Password')}
            autoComplete="current-password"
            error={messageFor('password')}
          />
        </ProofForm>
      ) : null}
      {methods.password && methods.totp ? <Or /> : null}
      {methods.totp ? (
        <ProofForm stepUp={stepUp} carried={carried}>
          <ProofField
            name="code"
            type="text"
            label={t('Code from your authenticator app')}
            autoComplete="one-time-code"
            error={messageFor('code')}
          />
        </ProofForm>
      ) : null}
      {methods.passkey && (methods.password || methods.totp) ? <Or /> : null}
      {methods.passkey ? (
        <ProofForm stepUp={stepUp} carried={carried} isSentByScript>
          <PasskeyProof
            name="step_up_passkey"
            optionsPath="/bff/passkeys/proof-options"
            error={messageFor('passkey')}
          />
        </ProofForm>
      ) : null}
      {methods.password || methods.totp || methods.passkey ? null : (
        <p className="notice">
          <RichWords
            text="There is nothing here that you could confirm this with. {link}."
            parts={{ link: <a href="/forgot">{t('Choose a new password by mail')}</a> }}
          />
        </p>
      )}
    </div>
  )
}

function Or() {
  return <p className="divider">{t('or')}</p>
}

type ProofFormProps = { stepUp: StepUp; carried: ReactNode; children: ReactNode; isSentByScript?: boolean }

function ProofForm({ stepUp, carried, children, isSentByScript = false }: ProofFormProps) {
  const { action, encryptedForm } = stepUp
  return (
    <form method="post" action={action} className="form">
      <CsrfField />
      {encryptedForm === null ? null : <input type="hidden" name="step_up_form" value={encryptedForm} />}
      {carried}
      {children}
      {isSentByScript ? null : (
        <button type="submit" className="button button-primary">
          {t('Confirm')}
        </button>
      )}
    </form>
  )
}

/** For password managers, which want to know whose password it is. */
function Account() {
  const user = useCurrentUser()
  return (
    <div className="field">
      <label htmlFor="step-up-account">{t('Account')}</label>
      <input id="step-up-account" type="email" autoComplete="username" value={user?.email ?? ''} readOnly />
    </div>
  )
}

type ProofFieldProps = {
  name: 'password' | 'code'
  type: 'password' | 'text'
  label: string
  autoComplete: string
  error: string | undefined
}

function ProofField({ name, type, label, autoComplete, error }: ProofFieldProps) {
  const id = `step-up-${name}`
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={`step_up_${name}`}
        type={type}
        autoComplete={autoComplete}
        autoCapitalize={type === 'text' ? 'none' : undefined}
        spellCheck={false}
        required
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
      />
      {error ? (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  )
}
