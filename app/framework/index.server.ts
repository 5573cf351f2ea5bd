export { createListener } from './listener.server.ts'
