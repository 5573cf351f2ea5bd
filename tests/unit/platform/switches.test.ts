import { expect, it } from 'vitest'
import { platformParts } from '../../../app/kernel/index.server.ts'
import { optionalParts } from '../../../app/platform/index.server.ts'

it('the setting knows every part that can be left out', () => {
  expect([...platformParts]).toEqual([...optionalParts])
})
