import { json, type LoaderFunctionArgs } from '@remix-run/node'
import { readIron } from '../../auth/iron.ts'

export const loader = async ({ request }: LoaderFunctionArgs) => json(await readIron(request.headers.get('cookie')))
