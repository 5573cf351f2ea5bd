import type { ActionFunctionArgs } from '@remix-run/node'
import { plain } from '../better-auth.server.ts'

export const action = ({ request }: ActionFunctionArgs) => plain.handler(request)
