import type { PostedField } from './posted-form.ts'

type RadioFieldProps = {
  field: PostedField
  label: string
  options: readonly (readonly [value: string, words: string])[]
}

/** One of a few, all in view. */
export function RadioField({ field, label, options }: RadioFieldProps) {
  return (
    <fieldset className="field choices" id={field.id} aria-describedby={field.errors ? field.errorId : undefined}>
      <legend>{label}</legend>
      {options.map(([value, words]) => (
        <label key={value} className="choice">
          <input type="radio" name={field.name} value={value} defaultChecked={field.value === value} /> {words}
        </label>
      ))}
      {field.errors ? (
        <p className="field-error" id={field.errorId}>
          {field.errors.join(' ')}
        </p>
      ) : null}
    </fieldset>
  )
}
