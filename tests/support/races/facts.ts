/** What a start leans on and an ending takes away, each with what a test says about it. */
export const facts = {
  account: 'the account itself',
  password: 'the password',
  factors: 'the factors as they were',
  passkey: 'the passkey',
  grant: 'what the provider granted',
  session: 'the session that is carried on',
  'provider session': 'the session that began at the provider',
} as const

export type Fact = keyof typeof facts

/** What both are about: a start that was overtaken fails by any of it. */
export function inCommon(leansOn: readonly Fact[], takes: readonly Fact[]): string | null {
  const shared = leansOn.filter((fact) => takes.includes(fact))
  return shared.length === 0 ? null : shared.map((fact) => facts[fact]).join(', ')
}
