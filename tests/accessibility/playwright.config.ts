import { defineConfig } from '@playwright/test'
import whole from '../../playwright.config.ts'

/** `npm run test:accessibility`: apart from `npm test`, since looking at every page twice takes its minutes. */
export default defineConfig({
  ...whole,
  testDir: '.',
  outputDir: '../../test-results',
  workers: 1,
  projects: [{ name: 'js', use: { javaScriptEnabled: true } }],
})
