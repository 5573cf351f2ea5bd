import type { Catalogue } from '../catalogue.ts'
import { mails } from './mails.ts'
import { pages } from './pages.ts'
import { refusals } from './refusals.ts'
import { served } from './served.ts'

/** German. People are addressed as “Sie”. */
export const de = { pages, mails, served, refusals } satisfies Catalogue
