export { createListener } from './listener.server.ts'
export { wholeJson, wholeResponse } from './whole-body.server.ts'
