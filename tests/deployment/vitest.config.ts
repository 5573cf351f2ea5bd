import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

// The proxies of docs/deployment before real nodes: `npm run test:nginx`, not part of `npm test`.
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['tests/deployment/*.test.ts'],
    setupFiles: ['tests/support/matchers.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
