import type { Catalogue } from '../catalogue.ts'
import { eventsForAdmins } from './events-for-admins.ts'
import { inspection } from './inspection.ts'
import { mails } from './mails.ts'
import { pages } from './pages.ts'
import { refusals } from './refusals.ts'

/** What only servers say, in pages. */
export const served = { ...inspection, ...eventsForAdmins }

/** German. People are addressed as “Sie”. */
export const de = { pages, mails, served, refusals } satisfies Catalogue
