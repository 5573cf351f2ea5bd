/** One thing that is known, in words: `text`, or a moment (`at`, in milliseconds), and why it matters. */
export type Fact = { term: string; text?: string; at?: number; why: string }

export type Tone = 'good' | 'plain' | 'bad'
/** Something that happened to a session. */
export type Moment = { key: string; at: number; tone: Tone; title: string; text: string }

/** A step of a sandbox in words. */
export type ShownStep = {
  after: string
  who: string
  shows: string
  verdict: string
  tone: Tone
  text: string
  sent: string
  row: string
}
export type ShownRun = { title: string; lesson: string; steps: ShownStep[] }
