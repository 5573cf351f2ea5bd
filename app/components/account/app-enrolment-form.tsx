import { t } from '../../i18n/index.ts'
import { ErrorSummary } from '../forms/error-summary.tsx'
import { TextField } from '../forms/field.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { type FormAnswer, postedForm } from '../forms/posted-form.ts'
import { SubmitButton } from '../forms/submit-button.tsx'
import { RichWords } from '../text/rich-words.tsx'

type AppEnrolmentFormProps = {
  enrolment: { encrypted: string; uri: string; key: string; picture: string }
  lastResult?: FormAnswer
}

/** The picture to scan, the key to type instead, and the first code. */
export function AppEnrolmentForm({ enrolment, lastResult }: AppEnrolmentFormProps) {
  const form = postedForm('app', lastResult, { code: '' })
  const { code } = form.fields
  return (
    <ol className="steps">
      <li>
        <p>{t('Scan this picture with the app.')}</p>
        <img
          className="qr"
          src={enrolment.picture}
          width={232}
          height={232}
          alt={t('QR code with the key for your app')}
        />
        <p className="meta">
          <RichWords
            text="On this device: {link}. Or type this key, by time, six digits:"
            parts={{ link: <a href={enrolment.uri}>{t('open it in your app')}</a> }}
          />
        </p>
        <p>
          <code className="key">{enrolment.key}</code>
        </p>
      </li>
      <li>
        <p>{t('Enter the code that the app shows now.')}</p>
        <PostForm id={form.id} action="/account/security/app" className="form">
          <ErrorSummary errors={form.errors} fields={[code]} answer={lastResult} />
          <TextField
            field={{ ...code, value: '' }}
            label={t('Code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            required
          />
          <input type="hidden" name="encrypted" value={enrolment.encrypted} />
          <SubmitButton pending={t('Checking…')} intent="confirm">
            {t('Add the app')}
          </SubmitButton>
        </PostForm>
      </li>
    </ol>
  )
}
