#!/bin/sh
# react and react-dom 18.3.1, with jsdom 26.1.0 as the browser.
#
# On a page from the server people type before its scripts run. When React hydrates uncontrolled fields it leaves what was typed
# into an input, a select, a checkbox and an empty textarea alone, but a textarea that came with a text gets that text back: what
# was typed is gone, without a warning and without an event.
#
# Seen:
#   input typed, select b, checkbox true, empty textarea typed, filled textarea as it came
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund react@18.3.1 react-dom@18.3.1 jsdom@26.1.0 >/dev/null
cat >hydrate.cjs <<'SCRIPT'
const { JSDOM } = require('jsdom')
const { window } = new JSDOM('<div id="root"></div>')
Object.assign(globalThis, { window, document: window.document })
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true })
const { createElement: h } = require('react')
const { hydrateRoot } = require('react-dom/client')
const { renderToString } = require('react-dom/server')

const Page = () =>
  h(
    'form',
    null,
    h('input', { defaultValue: 'as it came' }),
    h('select', { defaultValue: 'a' }, h('option', null, 'a'), h('option', null, 'b')),
    h('input', { type: 'checkbox' }),
    h('textarea'),
    h('textarea', { defaultValue: 'as it came' }),
  )
const root = document.getElementById('root')
root.innerHTML = renderToString(h(Page))
const [input, select, box, empty, filled] = root.querySelectorAll('input, select, textarea')
for (const field of [input, empty, filled]) field.value = 'typed'
select.value = 'b'
box.checked = true
hydrateRoot(root, h(Page))
setTimeout(() => {
  const values = `input ${input.value}, select ${select.value}, checkbox ${box.checked}`
  console.log(`${values}, empty textarea ${empty.value}, filled textarea ${filled.value}`)
  process.exit()
}, 500)
SCRIPT
seen=$(node hydrate.cjs)
echo "$seen"
[ "$seen" = 'input typed, select b, checkbox true, empty textarea typed, filled textarea as it came' ]
