import type { HTMLElement } from 'node-html-parser'
import type { Answer } from './answer.ts'

export type Fields = Record<string, string>
export type FormChoice = {
  /** Text on (or value of) the button that is pressed. Without it, the first form that has all the fields is taken. */
  press?: string
  /** Text near the form, such as the name in its card, when there are several alike. */
  within?: string
}

export type FilledForm = { action: string; fields: Fields }

/** Finds a posting form in a page, fills it in as a person would and returns what its submission sends. */
export function fillForm(page: Answer, given: Fields, { press, within }: FormChoice = {}): FilledForm {
  const forms = page.html.querySelectorAll('form').filter((form) => form.getAttribute('method') === 'post')
  for (const form of forms) {
    const button = findButton(form, press)
    if (button === null || (within !== undefined && !cardText(form).includes(within))) continue
    const fields = controlsOf(form)
    if (!Object.keys(given).every((name) => namesOf(form).includes(name))) continue
    const name = button.getAttribute('name')
    if (name) fields[name] = button.getAttribute('value') ?? ''
    return { action: form.getAttribute('action') ?? page.path, fields: { ...fields, ...given } }
  }
  const seen = forms.map((form) => `${form.getAttribute('action')} [${namesOf(form).join(', ')}] ${form.textContent}`)
  throw new Error(
    `no form at ${page.path} (${page.status}) takes ${Object.keys(given).join(', ') || 'nothing'}` +
      ` with a button "${press ?? 'any'}"; there are:\n${seen.join('\n')}`,
  )
}

function findButton(form: HTMLElement, press: string | undefined): HTMLElement | null {
  const buttons = form.querySelectorAll('button, input[type=submit]').filter(isSubmit)
  if (press === undefined) return buttons[0] ?? null
  return buttons.find((button) => button.textContent.includes(press) || button.getAttribute('value') === press) ?? null
}

function isSubmit(button: HTMLElement): boolean {
  return (button.getAttribute('type') ?? 'submit') === 'submit'
}

function cardText(form: HTMLElement): string {
  return (form.closest('article') ?? form.closest('section') ?? form).textContent
}

function namesOf(form: HTMLElement): string[] {
  return form.querySelectorAll('input, textarea, select').map((control) => control.getAttribute('name') ?? '')
}

/** The controls that take part in a submission before anything is typed (HTML, "constructing the entry list"). */
function controlsOf(form: HTMLElement): Fields {
  const fields: Fields = {}
  for (const control of form.querySelectorAll('input, textarea')) {
    const name = control.getAttribute('name')
    const type = control.getAttribute('type')
    if (!name || type === 'submit' || type === 'button') continue
    if (type === 'checkbox' && !control.hasAttribute('checked')) continue
    fields[name] = control.tagName === 'TEXTAREA' ? control.textContent : (control.getAttribute('value') ?? '')
  }
  return fields
}
