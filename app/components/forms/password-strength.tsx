import { useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/index.ts'
import type { FormAnswer } from './posted-form.ts'
import { estimateStrength, fullStrength, type Strength } from './strength-estimate.ts'

type PasswordStrengthProps = {
  /** Id of the password's input. */
  inputId: string
  /** Names of fields in the same form that hold the person's own words. */
  ownWordFields: readonly string[]
  minLength: number
  /** The last answer of the server: a new one empties the field, and so the meter. */
  answer: FormAnswer
}

const announceAfterMs = 1_200

/**
 * How strong a new password looks while it is typed. Needs scripts: without them nothing stands here, and the reason
 * comes with the answer. The password is neither kept in state nor sent. Told to screen readers after a pause only, and
 * only when the verdict is another one.
 */
export function PasswordStrength({ inputId, ownWordFields, minLength, answer }: PasswordStrengthProps) {
  const place = useRef<HTMLDivElement>(null)
  const [strength, setStrength] = useState<Strength | null>(null)
  const [announced, setAnnounced] = useState<Strength | null>(null)
  const fieldNames = ownWordFields.join(' ')

  useEffect(() => {
    const form = place.current?.closest('form')
    const judge = () => setStrength(form ? strengthOf(form, inputId, fieldNames.split(' '), minLength) : null)
    judge()
    form?.addEventListener('input', judge)
    return () => form?.removeEventListener('input', judge)
  }, [inputId, fieldNames, minLength])
  useEffect(() => {
    if (answer) setStrength(null)
  }, [answer])
  useEffect(() => {
    if (strength?.level === announced?.level) return
    const timer = setTimeout(() => setAnnounced(strength), announceAfterMs)
    return () => clearTimeout(timer)
  }, [strength, announced])

  return (
    <div ref={place} className="strength">
      {strength ? (
        <>
          <meter
            className={`strength-${strength.level}`}
            aria-label={t('Strength of the password')}
            aria-valuetext={strength.words}
            max={fullStrength}
            value={strength.value}
          >
            {strength.words}
          </meter>
          <p className="hint" aria-hidden="true">
            {strength.words}
          </p>
        </>
      ) : null}
      <p className="visually-hidden" aria-live="polite">
        {announced?.words}
      </p>
    </div>
  )
}

function strengthOf(form: HTMLFormElement, inputId: string, names: string[], minLength: number): Strength | null {
  const input = form.elements.namedItem(inputId)
  const own = names.map((name) => form.elements.namedItem(name))
  const textOf = (control: unknown) => (control instanceof HTMLInputElement ? control.value : '')
  return estimateStrength(textOf(input), own.map(textOf), minLength)
}
