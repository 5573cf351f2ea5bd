// Which part of the house may import which. `tests/architecture` runs these rules and shows that each one bites.

const layers = [
  'routes',
  'components',
  'presenters',
  'bff',
  'identity',
  'api',
  'events',
  'mail',
  'http',
  'platform',
  'i18n',
  'contract',
  'kernel',
]
const folder = { ...Object.fromEntries(layers.map((layer) => [layer, `app/${layer}`])), db: 'db' }

/** What each layer may import besides itself. `db` is a layer too. */
const mayImport = {
  routes: ['components', 'presenters', 'bff', 'http', 'i18n', 'contract', 'kernel'],
  components: ['contract', 'http', 'i18n', 'kernel'],
  presenters: ['components', 'http', 'i18n', 'contract', 'kernel'],
  bff: ['identity', 'http', 'i18n', 'contract', 'kernel'],
  identity: ['db', 'http', 'contract', 'kernel'],
  api: ['db', 'http', 'contract', 'kernel'],
  events: ['db', 'contract', 'kernel'],
  mail: ['db', 'i18n', 'contract', 'kernel'],
  http: ['contract', 'kernel'],
  platform: ['http', 'kernel'],
  i18n: [],
  contract: ['kernel'],
  kernel: [],
  db: ['contract', 'kernel'],
}

const direction = Object.entries(mayImport).map(([layer, allowed]) => ({
  name: `${layer}-imports-only-what-it-may`,
  severity: 'error',
  comment: `${layer} may import ${allowed.join(', ') || 'nothing of ours'}`,
  from: { path: `^${folder[layer]}/` },
  to: { path: '^(app|db)/', pathNot: [layer, ...allowed].map((name) => `^${folder[name]}/`) },
}))

/** Where the tools start reading: the compiler's entries, the routes, and what npm scripts run. */
const entries =
  '^(app/(root|server|entry\\.client|entry\\.server)\\.tsx?$|app/(routes|cli)/|db/(tools/generate|postgres/schema)\\.ts$)'

const withIndex = '(bff|identity|api|events|mail|http|platform|i18n|contract|kernel)'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...direction,
    {
      name: 'only-the-index-of-a-layer',
      severity: 'error',
      comment: 'from outside, a layer is its index',
      from: { path: '^(app/[^/]+|db)/', pathNot: '^app/(styles|cli)/' },
      to: { path: `^app/${withIndex}/`, pathNot: ['^$1/', '^app/[^/]+/index(\\.server)?\\.ts$'] },
    },
    {
      name: 'only-the-index-of-a-layer-for-commands',
      severity: 'error',
      comment:
        'commands use indexes as well; what they set up before anything else is loaded, they take piece by piece',
      from: { path: '^app/cli/' },
      to: { path: `^app/${withIndex}/`, pathNot: '^app/([^/]+/index(\\.server)?\\.ts$|platform/)' },
    },
    {
      name: 'only-the-index-of-a-layer-at-the-top',
      severity: 'error',
      comment: 'the files directly under app use indexes as well',
      from: { path: '^app/[^/]+\\.tsx?$' },
      to: { path: `^app/${withIndex}/`, pathNot: '^app/[^/]+/index(\\.server)?\\.ts$' },
    },
    {
      name: 'only-the-index-of-the-store',
      severity: 'error',
      comment: 'from outside, db is its index',
      from: { path: '^app/', pathNot: '^app/cli/' },
      to: { path: '^db/', pathNot: '^db/index\\.ts$' },
    },
    {
      name: 'only-the-index-and-seeds-of-the-store',
      severity: 'error',
      comment: 'seeds are for the command line alone, so they are not in the index',
      from: { path: '^app/cli/' },
      to: { path: '^db/', pathNot: '^db/(index|tools/seed|tools/demo)\\.ts$' },
    },
    {
      name: 'pages-render-no-server-code',
      severity: 'error',
      comment: 'what a component or a contract imports reaches the browser',
      from: { path: '^app/(components|contract)/', pathNot: '\\.server\\.tsx?$' },
      to: { path: '\\.server\\.tsx?$' },
    },
    {
      name: 'no-node-in-browser-code',
      severity: 'error',
      comment: 'components and contracts run in the browser too',
      from: { path: '^app/(components|contract)/', pathNot: '\\.server\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'a circle has no direction',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'a file that nothing leads to is dead',
      from: { path: entries },
      to: { path: '^(app|db)/.*\\.tsx?$', pathNot: entries, reachable: false },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'an import must lead somewhere',
      from: { path: '^(app|db)/', pathNot: '^app/server\\.ts$' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tools-in-the-product',
      severity: 'error',
      comment: 'what is needed to run is a dependency, not a development dependency',
      from: { path: '^(app|db)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // The name under which the compiler hands in its own build, and types alone.
        pathNot: '@remix-run/dev/',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
