import type { ProtocolSettings } from '../../app/identity/sessions/refresh-protocol.ts'

/** How much of the world is explored. Times in ticks; a tick stands for half of `REUSE_GRACE`. */
export type Bounds = {
  readonly name: string
  readonly settings: ProtocolSettings
  /** Requests of the honest browser that are under way at once. */
  readonly tabs: number
  readonly rotations: number
  readonly lifetime: number
  /** How long a request and its answer travel together; beyond that they are lost. */
  readonly travel: number
  /** By how much the second node's clock may be ahead: one world for each. */
  readonly skews: readonly number[]
  readonly hasThief: boolean
  readonly hasPrefetch: boolean
  readonly hasSignOut: boolean
  readonly hasPasswordChange: boolean
  readonly losesWrite: boolean
  /** The browser may bind the session to its device; for how many ticks a ticket of its key is good. */
  readonly boundFor?: number
}

/** The longest travel plus the clocks' difference must not exceed the grace: the assumption behind the first invariant. */
const settings: ProtocolSettings = { rotateAfterMs: 3, reuseGraceMs: 2, idleMs: 1_000, proofGraceMs: 1 }

const all: Bounds = {
  name: 'everything at once',
  settings,
  tabs: 2,
  rotations: 3,
  lifetime: 10,
  travel: 1,
  skews: [0, 1, -1],
  hasThief: true,
  hasPrefetch: true,
  hasSignOut: true,
  hasPasswordChange: true,
  losesWrite: true,
}
const calm = { hasThief: false, hasPrefetch: false, hasSignOut: false, hasPasswordChange: false, losesWrite: false }

/** Under five minutes on two cores. The largest come first, so that two workers end at about the same time. */
export const fullBounds: readonly Bounds[] = [
  { ...all, name: 'three tabs and a thief, three rotations', ...calm, tabs: 3, skews: [0], hasThief: true },
  {
    ...all,
    name: 'three tabs, sign-out and a new password',
    ...calm,
    tabs: 3,
    hasSignOut: true,
    hasPasswordChange: true,
  },
  { ...all, name: 'two tabs, everything at once', tabs: 2, rotations: 1, lifetime: 5, skews: [0, 1] },
  { ...all, name: 'two tabs and a thief, three rotations, two clocks', ...calm, hasThief: true },
  { ...all, name: 'three tabs, three rotations, prefetches', ...calm, tabs: 3, hasPrefetch: true },
  { ...all, name: 'one tab, everything at once, three rotations', tabs: 1, skews: [0, 1] },
  { ...all, name: 'three tabs, a store that loses its last write', ...calm, tabs: 3, losesWrite: true },
  {
    ...all,
    name: 'two tabs, idle sessions',
    ...calm,
    rotations: 2,
    lifetime: 12,
    settings: { ...settings, idleMs: 6 },
    hasPrefetch: true,
  },
  {
    ...all,
    name: 'two tabs and a thief, bound to a device',
    ...calm,
    ...{ rotations: 1, lifetime: 6, skews: [0], hasThief: true, boundFor: 2 },
  },
]

/** For `npm test` and, with planted faults, `npm run test:all`: seconds. */
export const smallBounds: readonly Bounds[] = [
  { ...all, name: 'one tab, everything at once', tabs: 1, rotations: 1, lifetime: 5, skews: [0, 1] },
  { ...all, name: 'two tabs, one jar', ...calm, rotations: 2, lifetime: 8, hasPrefetch: true },
  {
    ...all,
    name: 'two tabs, a store that loses its last write',
    ...calm,
    rotations: 1,
    lifetime: 5,
    skews: [0],
    losesWrite: true,
  },
  { ...all, name: 'two tabs and a thief', ...calm, rotations: 2, lifetime: 8, skews: [0], hasThief: true },
  {
    ...all,
    name: 'one tab, idle sessions',
    ...calm,
    tabs: 1,
    rotations: 1,
    lifetime: 11,
    settings: { ...settings, idleMs: 6 },
  },
  {
    ...all,
    name: 'one tab and a thief, bound to a device',
    ...calm,
    ...{ tabs: 1, rotations: 1, lifetime: 7, skews: [0], hasThief: true, boundFor: 2 },
  },
]

/** Throws when none of the small bounds is called so. */
export function boundsNamed(name: string): Bounds {
  const bounds = smallBounds.find((each) => each.name === name)
  if (!bounds) throw new Error(`no bounds are called ${name}`)
  return bounds
}
