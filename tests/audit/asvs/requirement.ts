/** How a requirement of ASVS 5.0 stands. `deployment`: whoever runs the site decides; the table says what to do. */
export type Status = 'met' | 'partly' | 'not met' | 'does not apply' | 'deployment'

/** What shows it: a check of the audit, a test file (with words of a title after `#`), or a document. */
export type Evidence = `check:${string}` | `tests/${string}` | `app/${string}` | `${string}.md`

/** A requirement by its number, with our own short words for what it asks. The full text is OWASP's. */
export type Requirement = {
  id: string
  level: 1 | 2 | 3
  about: string
  status: Status
  shownBy: readonly Evidence[]
  why: string
}

type Row = (id: string, level: 1 | 2 | 3, about: string, ...rest: string[]) => Requirement

/** Met; the rest is what shows it. */
export const met: Row = (id, level, about, ...rest) => requirement('met', id, level, about, rest)
/** Met in part; the first of the rest says what is missing. */
export const partly: Row = (id, level, about, why = '', ...rest) => requirement('partly', id, level, about, rest, why)
export const notMet: Row = (id, level, about, why = '', ...rest) => requirement('not met', id, level, about, rest, why)
export const notApplicable: Row = (id, level, about, why = '', ...rest) =>
  requirement('does not apply', id, level, about, rest, why)
export const deployment: Row = (id, level, about, why = '', ...rest) =>
  requirement('deployment', id, level, about, rest, why)

function requirement(
  status: Status,
  id: string,
  level: 1 | 2 | 3,
  about: string,
  rest: string[],
  why = '',
): Requirement {
  return { id, level, about, status, shownBy: rest as Evidence[], why }
}
