#!/bin/sh
# react and react-dom 18.3.1, with jsdom 26.1.0 as the browser.
#
# A root that hydrates may suspend above every Suspense boundary: React keeps the server's markup and goes on when the
# promise resolves. If one discrete event (a letter typed into a field of that markup) arrives while the root is suspended,
# React renders it at once, finds it incomplete and throws "Root did not complete. This is a bug in React." (error 345).
# The promise resolves later, but the root is never tried again: the page stays without event handlers, with no error
# boundary and no onRecoverableError called. Remix 2.17 with single fetch suspends there while it decodes the page's data.
#
# Seen:
#   quiet: alive []
#   typing: dead ["Root did not complete. This is a bug in React."]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund react@18.3.1 react-dom@18.3.1 jsdom@26.1.0 >/dev/null
cat >hydrate.cjs <<'SCRIPT'
const { JSDOM } = require('jsdom')
const { window } = new JSDOM('<div id="root"><input></div>')
Object.assign(globalThis, { window, document: window.document })
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true })
const React = require('react')
const { hydrateRoot } = require('react-dom/client')

const errors = []
window.addEventListener('error', (event) => {
  errors.push(event.message)
  event.preventDefault()
})
let isReady = false
const promise = new Promise((resolve) =>
  setTimeout(() => {
    isReady = true
    resolve()
  }, 100),
)
function Page() {
  if (!isReady) throw promise
  return React.createElement('input', { onChange() {} })
}
const root = document.getElementById('root')
const input = root.firstChild
React.startTransition(() => {
  hydrateRoot(root, React.createElement(Page), { onRecoverableError: (error) => errors.push(`recoverable: ${error}`) })
})
if (process.argv[2] === 'typing') input.dispatchEvent(new window.Event('input', { bubbles: true }))
setTimeout(() => {
  const isAlive = Object.keys(input).some((key) => key.startsWith('__reactFiber'))
  console.log(`${process.argv[2]}: ${isAlive ? 'alive' : 'dead'} ${JSON.stringify(errors)}`)
  process.exit()
}, 1000)
SCRIPT
seen=$(node hydrate.cjs quiet 2>/dev/null; node hydrate.cjs typing 2>/dev/null)
echo "$seen"
[ "$seen" = 'quiet: alive []
typing: dead ["Root did not complete. This is a bug in React."]' ]
