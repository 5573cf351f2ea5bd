import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

// The resource server in Python: `npm run test:python`, a part of `npm run test:all`, not of `npm test`.
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['tests/remote-api/*.test.ts'],
    setupFiles: ['tests/support/matchers.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
