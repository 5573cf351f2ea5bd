import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

// Browsers that not everybody has: `npm run test:firefox` and `npm run test:text-browsers`, not part of `npm test`.
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['tests/browsers/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
