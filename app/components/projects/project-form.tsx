import { t } from '../../i18n/index.ts'
import { ErrorSummary } from '../forms/error-summary.tsx'
import { TextAreaField, TextField } from '../forms/field.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { type FormAnswer, postedForm } from '../forms/posted-form.ts'
import { SubmitButton } from '../forms/submit-button.tsx'
import { UnsavedNotice } from '../forms/unsaved-notice.tsx'

type ProjectFormProps = {
  id: string
  action: string
  intent: 'create' | 'change'
  answer: FormAnswer
  defaultValue?: { name: string; description: string }
  submit: string
  pending: string
}

const blank = { name: '', description: '' }

/** Name and description of a project, new or old. */
export function ProjectForm({ id, action, intent, answer, defaultValue = blank, submit, pending }: ProjectFormProps) {
  const form = postedForm(id, answer, defaultValue)
  const { name, description } = form.fields
  return (
    <PostForm id={form.id} action={action} className="form" asks>
      <ErrorSummary errors={form.errors} fields={[name, description]} answer={answer} />
      <TextField field={name} label={t('Name')} maxLength={100} autoComplete="off" required />
      <TextAreaField
        field={description}
        label={t('Description (optional)')}
        maxLength={2_000}
        rows={intent === 'create' ? 3 : 8}
      />
      <SubmitButton intent={intent} pending={pending}>
        {submit}
      </SubmitButton>
      <UnsavedNotice formId={form.id} />
    </PostForm>
  )
}
