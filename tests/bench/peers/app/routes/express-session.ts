import { json, type LoaderFunctionArgs } from '@remix-run/node'
import { answerFor } from '../../auth/person.ts'

/** The session comes from the middleware of `express.ts`; under remix-serve there is none. */
export const loader = async ({ context }: LoaderFunctionArgs) => {
  const { user } = context as { user?: Parameters<typeof answerFor>[0] }
  if (!user) throw new Response(null, { status: 401 })
  return json(answerFor(user))
}
