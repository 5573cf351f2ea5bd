import { guardDeviceCall, registerDevice } from '../bff/index.server.ts'

/** Where a browser registers the key of its device for the session that it was just given. */
export const { loader, action } = guardDeviceCall(registerDevice)
