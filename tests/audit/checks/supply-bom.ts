import { check, observe } from '../check.ts'
import { makeBom, readLock } from '../stage/packages.ts'

export default check({
  id: 'supply-bom',
  area: 'supply',
  title: 'There is a list of every component (CycloneDX)',
  rules: ['ASVS 15.1.2', 'CycloneDX 1.5'],
  async run() {
    const bom = await makeBom()
    const { packages } = readLock()
    const listed = new Set(bom.components.map(({ purl }) => decodeURIComponent(purl).replace('pkg:npm/', '')))
    const missing = packages.filter(({ name, version, isOptional }) => !isOptional && !listed.has(`${name}@${version}`))
    return [
      observe(
        `${bom.components.length} components`,
        missing.length === 0,
        'every package of the lock',
        missing.map(({ name }) => name).join(', ') || 'every one',
      ),
      { kind: 'document', title: `CycloneDX ${bom.specVersion}, written by npm`, json: bom },
      {
        kind: 'note',
        text: 'The whole list is in report.json, under documents. Known weaknesses are not looked up here: run `npm audit` where the registry can be reached.',
      },
    ]
  },
})
