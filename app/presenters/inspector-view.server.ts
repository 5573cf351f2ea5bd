import type { SessionView } from '../components/inspector/live-session.tsx'
import type { SessionInspection } from '../contract/index.ts'
import { sessionInWords } from './inspector.server.ts'
import { timelineInWords } from './timeline.server.ts'

/** A session as the inspector shows it, and asks for again and again. */
export function sessionView(inspection: SessionInspection): SessionView {
  const { createdAt: began } = inspection.session
  return { began, facts: sessionInWords(inspection), moments: timelineInWords(inspection) }
}
