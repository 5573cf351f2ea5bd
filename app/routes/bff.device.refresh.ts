import { guardDeviceCall, refreshDevice } from '../bff/index.server.ts'

/** Where a browser uses that key, each time that the ticket it got for it has run out. */
export const { loader, action } = guardDeviceCall(refreshDevice)
