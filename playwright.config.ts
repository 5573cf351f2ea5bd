import { defineConfig } from '@playwright/test'
import { chromiumArguments, findChromium } from './tests/support/chromium.ts'
import { isQuick } from './tests/support/depth.ts'

const executablePath = findChromium()

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // The tests of a file share a server.
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // Chromium and the server under test keep two cores busy; a second worker only makes both wait for their turn.
  workers: 1,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    launchOptions: { args: chromiumArguments, ...(executablePath ? { executablePath } : {}) },
  },
  projects: [
    { name: 'js', testIgnore: /\.no-js\.spec\.ts$/, use: { javaScriptEnabled: true } },
    {
      name: 'no-js',
      // What else works without scripts is shown in depth; with scripts, and by the integration tests, it is shown anyway.
      testMatch: isQuick ? /\/(journey|sessions|second-step)\.spec\.ts$/ : /\.spec\.ts$/,
      testIgnore: /\.js\.spec\.ts$/,
      use: { javaScriptEnabled: false },
    },
  ],
})
