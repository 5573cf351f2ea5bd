import { check, observe } from '../check.ts'
import { readLock } from '../stage/packages.ts'

export default check({
  id: 'supply-lock',
  area: 'supply',
  title: 'Every package is pinned by a hash and comes from the public registry',
  rules: ['ASVS 15.2.4', 'ASVS 15.1.2', 'ASVS 13.1.1'],
  run() {
    const { packages, direct } = readLock()
    const unpinned = packages.filter(({ integrity, isTool }) => !isTool && !integrity?.startsWith('sha512-'))
    const tools = packages.filter(({ integrity, isTool }) => isTool && !integrity)
    const foreign = packages.filter(({ resolved }) => resolved && new URL(resolved).host !== 'registry.npmjs.org')
    const loose = Object.entries(direct.dependencies).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))
    return [
      observe(
        `what the product is made of, of ${packages.length} packages`,
        unpinned.length === 0,
        'a SHA-512 for each',
        unpinned.map(({ name }) => name).join(', ') || 'all',
      ),
      observe(
        'where they come from',
        foreign.length === 0,
        'registry.npmjs.org',
        foreign.map(({ name }) => name).join(', ') || 'as it should',
      ),
      observe(
        'versions of what the product needs',
        loose.length === 0,
        'exact',
        loose.map((each) => each.join(' ')).join(', ') || 'exact',
      ),
      {
        kind: 'note',
        text: `Without a hash in the lock: ${tools.length} binaries of development tools for other platforms (${tools.map(({ name }) => name).join(', ') || 'none'}). npm checks them against the registry alone.`,
      },
    ]
  },
})
