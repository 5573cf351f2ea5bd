import { type RefObject, useEffect, useRef } from 'react'
import { useHydrating } from './hydrating.ts'

type ChoiceFieldProps = {
  id: string
  name: string
  label: string
  value: string
  options: readonly (readonly [value: string, words: string])[]
}

/** One of several, in a form that asks for a list. Follows the address when that changes without the form. */
export function ChoiceField({ id, name, label, value, options }: ChoiceFieldProps) {
  const select = useRef<HTMLSelectElement>(null)
  const first = useHydrating() ? undefined : value
  useFollowing(select, value)
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>{' '}
      <select ref={select} id={id} name={name} defaultValue={first} autoComplete="off">
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

type FilterFieldProps = {
  id: string
  name: string
  label: string
  value: string
  type: 'text' | 'search' | 'datetime-local'
  maxLength?: number
}

/** A text or a moment in such a form. */
export function FilterField({ id, name, label, value, type, maxLength }: FilterFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useFollowing(input, value)
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>{' '}
      <input
        ref={input}
        id={id}
        name={name}
        type={type}
        defaultValue={value}
        maxLength={maxLength}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
    </div>
  )
}

/** Puts a value that has changed into the control. The first one is there, or something that was typed before the scripts came. */
function useFollowing(control: RefObject<HTMLInputElement | HTMLSelectElement>, value: string): void {
  const shown = useRef(value)
  useEffect(() => {
    if (shown.current === value) return
    shown.current = value
    if (control.current) control.current.value = value
  }, [control, value])
}
