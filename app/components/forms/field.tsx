import type { InputHTMLAttributes, ReactNode, TextareaHTMLAttributes } from 'react'
import { useHydrating } from './hydrating.ts'
import type { PostedField } from './posted-form.ts'

type Common = {
  field: PostedField
  label: string
  hint?: ReactNode
  /** Stands below the message, such as a link that helps. */
  help?: ReactNode
}

/** The ids and states that tie a control to its hint and its message. */
export function controlProps(field: PostedField, hint: ReactNode) {
  const describedBy = [hint ? field.hintId : null, field.errors ? field.errorId : null].filter(Boolean)
  return {
    id: field.id,
    name: field.name,
    'aria-invalid': field.errors ? true : undefined,
    'aria-describedby': describedBy.length > 0 ? describedBy.join(' ') : undefined,
  }
}

/** Label, hint and message around one control. */
export function FieldFrame({ field, label, hint, help, children }: Common & { children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={field.id}>{label}</label>{' '}
      {hint ? (
        <p className="hint" id={field.hintId}>
          {hint}
        </p>
      ) : null}
      {children}
      {field.errors ? (
        <p className="field-error" id={field.errorId}>
          {field.errors.join(' ')}
          {help ? <> {help}</> : null}
        </p>
      ) : null}
    </div>
  )
}

type TextFieldProps = Common & Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'name' | 'defaultValue'>

/** One line of text, an email address or the like. */
export function TextField({ field, label, hint, help, ...input }: TextFieldProps) {
  return (
    <FieldFrame field={field} label={label} hint={hint} help={help}>
      <input type="text" {...input} {...controlProps(field, hint)} defaultValue={field.value} />
    </FieldFrame>
  )
}

type TextAreaFieldProps = Common & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'name' | 'defaultValue'>

/** Several lines of text. */
export function TextAreaField({ field, label, hint, help, ...area }: TextAreaFieldProps) {
  const first = useHydrating() ? undefined : field.value
  return (
    <FieldFrame field={field} label={label} hint={hint} help={help}>
      <textarea rows={4} {...area} {...controlProps(field, hint)} defaultValue={first} />
    </FieldFrame>
  )
}

/** A yes or no. Its last state survives a failed submit. */
export function CheckboxField({ field, label, hint }: Omit<Common, 'help'>) {
  return (
    <div className="field field-check">
      <input type="checkbox" {...controlProps(field, hint)} value="on" defaultChecked={field.value === 'on'} />{' '}
      <label htmlFor={field.id}>{label}</label>
      {hint ? (
        <p className="hint" id={field.hintId}>
          {hint}
        </p>
      ) : null}
    </div>
  )
}
