import type { SandboxActor, SandboxScenario, ShownTicket } from '../../contract/index.ts'

export type SandboxShow = {
  readonly who: SandboxActor
  readonly ticket: ShownTicket
  /** The answer never arrives. */
  readonly isLost?: boolean
}

/** How long to wait, or who shows which ticket; those of one list at the same moment. */
export type SandboxMove = 'until-due' | 'past-grace' | 'a-second' | readonly SandboxShow[]

/** What happens in each scenario. Every ticket that is shown was given out before, in the same scenario. */
export const sandboxMoves: Readonly<Record<SandboxScenario, readonly SandboxMove[]>> = {
  'two-tabs': [
    'until-due',
    [
      { who: 'tab-a', ticket: 0 },
      { who: 'tab-b', ticket: 0 },
    ],
    'a-second',
    [{ who: 'tab-a', ticket: 1 }],
    'a-second',
    [{ who: 'tab-b', ticket: 0 }],
  ],
  'lost-answer': [
    'until-due',
    [{ who: 'browser', ticket: 0, isLost: true }],
    'past-grace',
    [{ who: 'browser', ticket: 0 }],
    'a-second',
    [{ who: 'browser', ticket: 1 }],
  ],
  'stolen-copy': [
    'until-due',
    [{ who: 'browser', ticket: 0 }],
    'a-second',
    [{ who: 'browser', ticket: 1 }],
    'past-grace',
    [{ who: 'thief', ticket: 0 }],
    'a-second',
    [{ who: 'browser', ticket: 1 }],
  ],
  'early-thief': [
    'until-due',
    [{ who: 'thief', ticket: 0 }],
    'a-second',
    [{ who: 'thief', ticket: 1 }],
    'past-grace',
    [{ who: 'browser', ticket: 0 }],
    'a-second',
    [{ who: 'thief', ticket: 1 }],
  ],
  'made-up': ['a-second', [{ who: 'stranger', ticket: 'made-up' }], 'a-second', [{ who: 'browser', ticket: 0 }]],
}
