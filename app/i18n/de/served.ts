import { eventsForAdmins } from './events-for-admins.ts'
import { inspection } from './inspection.ts'

/** What only servers say, in pages. */
export const served = { ...inspection, ...eventsForAdmins }
