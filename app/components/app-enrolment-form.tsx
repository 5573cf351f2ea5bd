import { ErrorSummary } from './error-summary.tsx'
import { TextField } from './field.tsx'
import { PostForm } from './post-form.tsx'
import { type FormAnswer, postedForm } from './posted-form.ts'
import { SubmitButton } from './submit-button.tsx'

type AppEnrolmentFormProps = {
  enrolment: { sealed: string; uri: string; key: string; picture: string }
  lastResult?: FormAnswer
}

/** The picture to scan, the key to type instead, and the first code. */
export function AppEnrolmentForm({ enrolment, lastResult }: AppEnrolmentFormProps) {
  const form = postedForm('app', lastResult, { code: '' })
  const { code } = form.fields
  return (
    <ol className="steps">
      <li>
        <p>Scan this picture with the app.</p>
        <img className="qr" src={enrolment.picture} width={232} height={232} alt="QR code with the key for your app" />
        <p className="meta">
          On this device: <a href={enrolment.uri}>open it in your app</a>. Or type this key, by time, six digits:
        </p>
        <p>
          <code className="key">{enrolment.key}</code>
        </p>
      </li>
      <li>
        <p>Enter the code that the app shows now.</p>
        <PostForm id={form.id} action="/account/security/app" className="form">
          <ErrorSummary errors={form.errors} fields={[code]} answer={lastResult} />
          <TextField
            field={{ ...code, value: '' }}
            label="Code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            required
          />
          <input type="hidden" name="sealed" value={enrolment.sealed} />
          <SubmitButton pending="Checking…" intent="confirm">
            Add the app
          </SubmitButton>
        </PostForm>
      </li>
    </ol>
  )
}
