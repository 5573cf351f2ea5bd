import type { Answer } from '../../support/answer.ts'
import type { AuditContext } from '../context.ts'

/** A step of the life of a session, with what the browser held before and after. */
export type Step = { what: string; answer: Answer; before: string | null; after: string | null; copyWorks: boolean }

const cookieName = '__Host-Http-cloakroom'

/**
 * A session that was replaced still answers what was under way for a minute; signing out ends it at once. Whether that
 * minute is over: a server whose clock cannot be moved is not waited for.
 */
async function isOutlived({ server }: AuditContext, what: string): Promise<boolean> {
  if (what === 'sign-out') return true
  await server?.advance(61_000)
  return server !== null
}

/** Registers somebody, signs in over the open session, to be kept, out and in again; tries a copy of each earlier ticket. */
export async function liveThroughSession(context: AuditContext): Promise<Step[]> {
  const { client, person } = await context.people.newcomer()
  const { email, password } = person
  const steps: Step[] = []
  const held = () => client.jar.find(cookieName)?.value ?? null
  const step = async (what: string, ask: () => Promise<Answer>) => {
    const before = held()
    const answer = await ask()
    const copyWorks = before !== null && (await isOutlived(context, what)) && (await opens(context, before))
    steps.push({ what, answer, before, after: held(), copyWorks })
  }
  const signedUp = client.history.find((answer) => answer.setCookies.length > 0 && answer.isRedirect)
  if (signedUp) steps.push({ what: 'registering', answer: signedUp, before: null, after: held(), copyWorks: false })
  await step('sign-in over an open session', () => client.json('POST', '/bff/login', { email, password }))
  await step('sign-in to be kept', () => client.json('POST', '/bff/login', { email, password, remember: true }))
  await step('sign-out', async () => client.post('/logout', { csrf: await client.csrf() }))
  await step('sign-in afterwards', () => client.json('POST', '/bff/login', { email, password }))
  return steps
}

/** Whether somebody who copied this ticket gets in with it. */
export async function opens(context: AuditContext, ticket: string): Promise<boolean> {
  const thief = context.people.nobody('a thief')
  thief.jar.put(cookieName, ticket)
  return (await thief.get('/bff/user', { drop: true })).status === 200
}
