import type { SubmissionResult } from '@conform-to/react'
import { ErrorSummary } from './error-summary.tsx'
import { TextAreaField, TextField } from './field.tsx'
import { PostForm } from './post-form.tsx'
import { SubmitButton } from './submit-button.tsx'
import { usePostedForm } from './use-posted-form.ts'

type ProjectFormProps = {
  id: string
  action: string
  intent: 'create' | 'change'
  lastResult: SubmissionResult<string[]> | undefined
  defaultValue?: { name: string; description: string }
  submit: string
  pending: string
}

/** Name and description of a project, new or old. */
export function ProjectForm({ id, action, intent, lastResult, defaultValue, submit, pending }: ProjectFormProps) {
  const [form, fields] = usePostedForm<{ name: string; description: string }>(id, lastResult, defaultValue)
  return (
    <PostForm id={form.id} action={action} onSubmit={form.onSubmit} className="form">
      <ErrorSummary errors={form.errors} fields={[fields.name, fields.description]} lastResult={lastResult} />
      <TextField field={fields.name} label="Name" maxLength={100} autoComplete="off" required />
      <TextAreaField
        field={fields.description}
        label="Description (optional)"
        maxLength={2_000}
        rows={intent === 'create' ? 3 : 8}
      />
      <SubmitButton intent={intent} pending={pending}>
        {submit}
      </SubmitButton>
    </PostForm>
  )
}
