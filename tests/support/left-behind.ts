import { afterAll, vi } from 'vitest'
import { now } from '../../app/kernel/clock.ts'

// Files of a run share their processes, so what one does to the clock or to a module must end with it. Defined before
// anything of the file itself, this runs after all of it.
afterAll(() => {
  vi.restoreAllMocks()
  const before = Date.now()
  const at = now()
  if (at < before || at > Date.now()) throw new Error('this file leaves a clock behind that is not the system’s')
})
