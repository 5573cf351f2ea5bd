import { json, type LoaderFunctionArgs } from '@remix-run/node'
import { cached, readSession } from '../better-auth.server.ts'

export const loader = async ({ request }: LoaderFunctionArgs) => json(await readSession(cached, request.headers))
