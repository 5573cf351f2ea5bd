import { json, type LoaderFunctionArgs } from '@remix-run/node'
import { plain, readSession } from '../better-auth.server.ts'

export const loader = async ({ request }: LoaderFunctionArgs) => json(await readSession(plain, request.headers))
