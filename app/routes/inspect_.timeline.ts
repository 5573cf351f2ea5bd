import { guardEndpoint, inspectSession } from '../bff/index.server.ts'
import { sessionView } from '../presenters/inspector-view.server.ts'

/** What changes on the inspector while one looks on. */
export const { loader, action } = guardEndpoint({
  access: 'user',
  passive: true,
  GET: async ({ principal, session }) => sessionView(await inspectSession(principal, session)),
})
