// Preloaded into servers under test (`node --import`): a clock that their test can move over the IPC channel. The
// product knows nothing of it.

const RealDate = Date
const realNow = Date.now
let offsetMs = 0

RealDate.now = () => realNow() + offsetMs
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
  apply: (target) => new target(target.now()).toString(),
})

process.on('message', (message: { advanceMs?: unknown }) => {
  if (typeof message.advanceMs !== 'number') return
  offsetMs += message.advanceMs
  process.send?.({ advancedBy: message.advanceMs })
})
// A test run that was killed takes its servers along.
process.on('disconnect', () => process.exit())
// The channel alone must not keep a server alive that has nothing else to do.
process.channel?.unref()
