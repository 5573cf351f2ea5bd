import { type SubmissionResult, useForm } from '@conform-to/react'

type Values = Record<string, string | undefined>

/**
 * A form that the server checks: fields, messages and values as the last answer left them. Checks of the contract never
 * run in the browser, so that it need not load them.
 */
export function usePostedForm<Fields extends Values>(
  id: string,
  lastResult: SubmissionResult<string[]> | undefined,
  defaultValue?: Fields,
) {
  return useForm<Fields>({ id, lastResult, defaultValue: defaultValue as never, defaultNoValidate: true })
}
