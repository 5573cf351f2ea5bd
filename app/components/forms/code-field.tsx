import { useEffect, useRef } from 'react'
import { t } from '../../i18n/index.ts'
import { controlProps, FieldFrame } from './field.tsx'
import type { PostedField } from './posted-form.ts'

/**
 * A code from a mail. A link carries it in its fragment, which no server sees: with scripts it is put into the field and
 * taken out of the address; without, it is typed or pasted.
 */
export function CodeField({ field }: { field: PostedField }) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const code = /^#code=([\w-]+)$/.exec(window.location.hash)?.[1]
    if (code === undefined || !input.current) return
    if (input.current.value === input.current.defaultValue) input.current.value = code
    const { pathname, search } = window.location
    window.history.replaceState(window.history.state, '', pathname + search)
  }, [])
  const hint = t('It stands in the mail. Capital or small letters, with or without dashes.')
  return (
    <FieldFrame field={field} label={t('Code from the mail')} hint={hint}>
      <input
        ref={input}
        type="text"
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={100}
        required
        {...controlProps(field, hint)}
        defaultValue={field.value}
      />
    </FieldFrame>
  )
}
