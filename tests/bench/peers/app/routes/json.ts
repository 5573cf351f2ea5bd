import { json } from '@remix-run/node'
import { samePage } from '../same-page.server.ts'

export const loader = () => json(samePage().person)
