import { json, type LoaderFunctionArgs } from '@remix-run/node'
import { readAuthJs } from '../../auth/auth-js.ts'

export const loader = async ({ request }: LoaderFunctionArgs) => json(await readAuthJs(request.headers.get('cookie')))
