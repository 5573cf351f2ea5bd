/** The report's own look: one column, light and dark, and on paper. */
export const style = `
:root { color-scheme: light dark; --ink: light-dark(#1d2327, #e4e7ea); --quiet: light-dark(#586069, #9aa4ae); --page: light-dark(#fff, #14181c);
  --line: light-dark(#d5dae0, #343c44); --panel: light-dark(#f5f7f9, #1c2228); --good: light-dark(#12633b, #6fd6a0); --bad: light-dark(#a3231b, #ff8f85);
  --open: light-dark(#7a5200, #f0c060); --one: light-dark(#2456a6, #7fb0ff); --two: light-dark(#a8480c, #ffab73) }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 70rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.7rem; margin: 0 } h2 { margin: 2.2rem 0 .6rem; border-bottom: 2px solid var(--line) } h3 { margin: 1.2rem 0 .3rem; font-size: 1rem }
p, li { max-width: 52rem } .quiet { color: var(--quiet) } code, pre { font: 12.5px/1.45 ui-monospace, monospace }
pre { background: var(--panel); padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: 13px; margin: .5rem 0 } th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th { background: var(--panel) } .scroll { overflow-x: auto } nav a { margin-right: 1rem }
.verdict { padding: .8rem 1rem; background: var(--panel); border-left: .4rem solid var(--good); margin: 1rem 0 } .verdict.bad { border-color: var(--bad) }
.sound, .met { color: var(--good) } .short, .not-met { color: var(--bad) } .not-run, .partly, .deployment { color: var(--open) }
td.number { white-space: nowrap } details { margin: .25rem 0 } summary { cursor: pointer } svg { max-width: 46rem; width: 100%; font: 11px system-ui; fill: var(--ink) }
svg .a { fill: var(--one) } svg .b { fill: var(--two) } svg .rule { stroke: var(--line) }
@media print { body { max-width: none; padding: 0; font-size: 11px } h2 { break-after: avoid } tr, figure { break-inside: avoid } nav { display: none } }
`
