import type { House, HouseOptions } from './house.ts'
import type { HouseStore, StoreKind } from './stores.ts'

export type FaultOptions = { readonly soakSeconds: number; readonly sessions: number }

/** What a fault has at hand. */
export type Stage = {
  readonly kind: StoreKind
  readonly options: FaultOptions
  /** A house over a new store (or the one given); closed after the fault. */
  open(options?: HouseOptions, store?: HouseStore): Promise<House>
  /** Counts an injection. */
  inject(times?: number): void
  /** Tells how it was done or what could not be, beside the row. */
  remark(text: string): void
  /** Called after the fault, the last one first. */
  atEnd(work: () => Promise<void> | void): void
}

export type Fault = {
  readonly name: string
  readonly stores: readonly StoreKind[]
  run(stage: Stage): Promise<void>
}

/** One line of the table. */
export type Row = {
  readonly fault: string
  readonly store: StoreKind
  readonly injected: number
  /** Why it could not be staged here; null when it was. */
  readonly notHere: string | null
  readonly asked: number
  readonly affected: number
  readonly lost: number
  readonly admitted: number
  readonly problems: readonly string[]
  readonly remarks: readonly string[]
  readonly seconds: number
}
