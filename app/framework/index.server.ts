export { createListener, type Listener } from './listener.server.ts'
