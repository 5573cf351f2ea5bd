import type { SessionInspection } from '../contract/index.ts'
import { sessionInWords } from './inspector-words.ts'
import type { SessionView } from './live-session.tsx'
import { timelineInWords } from './timeline-words.ts'

/** A session as the inspector shows it, and asks for again and again. */
export function sessionView(inspection: SessionInspection): SessionView {
  const { createdAt: began } = inspection.session
  return { began, facts: sessionInWords(inspection), moments: timelineInWords(inspection) }
}
