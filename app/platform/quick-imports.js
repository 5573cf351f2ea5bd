// @ts-check
import { registerHooks } from 'node:module'
import { isOn } from './switches.js'

// Preloaded into the commands (`node --import`), which load Drizzle as it is published and not from the build: some three
// hundred files, for each of which Node reads the package's 179 KB package.json again to learn that it is a module. Told
// so, a command starts in half the time.
const isFromDrizzle = (/** @type {string | undefined} */ url) => url?.includes('/node_modules/drizzle-orm/') === true

if (isOn('quick-imports')) {
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier.startsWith('.') && isFromDrizzle(context.parentURL)
        ? { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
        : nextResolve(specifier, context),
  })
}
