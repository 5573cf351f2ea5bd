import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { findNodes, parse, type Source, sourcesBelow } from './sources.ts'

let routes: Source[]
beforeAll(async () => {
  routes = [
    ...(await sourcesBelow('app/routes')),
    ...(await sourcesBelow('app')).filter((s) => s.path === 'app/root.tsx'),
  ]
})

/** Each exported name with the function that made its value. */
function makersOf({ tree }: Source): Map<string, string> {
  return new Map(tree.statements.filter(isExported).flatMap((statement) => exportsOf(statement, tree)))
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false
}

function exportsOf(statement: ts.Statement, tree: ts.SourceFile): [name: string, maker: string][] {
  if (ts.isFunctionDeclaration(statement) && statement.name) return [[statement.name.text, 'a plain function']]
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
    const isMade = initializer !== undefined && ts.isCallExpression(initializer)
    const maker = isMade ? initializer.expression.getText(tree) : 'a plain value'
    return namesIn(name).map((each): [string, string] => [each, maker])
  })
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []))
}

/** Why a route is not guarded; empty when it is. */
function complaintsAbout(route: Source): string[] {
  const handlers = makersOf(route)
  const loader = handlers.get('loader')
  const action = handlers.get('action')
  const complaints: string[] = []
  const endpoints = ['guardEndpoint', 'guardBrowserReport', 'guardServerCall', 'guardDeviceCall', 'guardProxy']
  if (loader === undefined || !['guardLoader', ...endpoints].includes(loader))
    complaints.push(`${route.path}: loader is ${loader}`)
  if (action !== undefined && !['guardAction', ...endpoints].includes(action))
    complaints.push(`${route.path}: action is ${action}`)
  return complaints
}

describe('every route', () => {
  test('has a guarded loader and, if any, a guarded action', () => {
    expect(routes.length).toBeGreaterThan(15)
    expect(routes.flatMap(complaintsAbout)).toEqual([])
  })

  test('that is not guarded is noticed', () => {
    const bare = (text: string) => complaintsAbout({ path: 'bare.ts', tree: parse('bare.ts', text) })
    expect(bare('export const loader = guardLoader({ access: "user" }, async () => ({}))')).toEqual([])
    expect(bare('export async function loader() {}')).toHaveLength(1)
    expect(bare('export const { loader, action } = guardEndpoint({})')).toEqual([])
    expect(bare('export const loader = guardLoader({}); export const action = async () => null')).toHaveLength(1)
    expect(bare('export default function Page() {}')).toHaveLength(1)
  })

  test('is thin: no SQL, no headers of its own but caching, no cryptography', () => {
    const suspicious = (node: ts.Node) =>
      ts.isStringLiteralLike(node) &&
      /^(node:crypto|jose|drizzle-orm.*|better-sqlite3|@node-rs\/argon2)$/.test(node.text)
    expect(findNodes(routes, suspicious)).toEqual([])
  })

  test('has at most 250 lines', () => {
    const long = routes.filter(({ tree }) => tree.getLineStarts().length > 250).map(({ path }) => path)
    expect(long).toEqual([])
  })
})

// A page's module reaches the browser without its loader and action only if nothing else of it has to run there: the compiler
// drops a call at the top of a module when it is marked as pure, and leaves the server's code in the bundle otherwise.
describe('the modules of pages', () => {
  /** What a module imports from servers' own modules. */
  function serverNames(tree: ts.SourceFile): Set<string> {
    const imports = tree.statements.filter(ts.isImportDeclaration)
    const own = imports.filter(({ moduleSpecifier }) => /\.server\.tsx?'$/.test(moduleSpecifier.getText(tree)))
    const bindings = own.map(({ importClause }) => importClause?.namedBindings)
    return new Set(
      bindings.flatMap((each) => (each && ts.isNamedImports(each) ? each.elements.map((e) => e.name.text) : [])),
    )
  }

  /** Calls of servers' functions at the top level of a module, outside of functions, that are not marked. */
  function unmarkedCalls(tree: ts.SourceFile): string[] {
    const names = serverNames(tree)
    const found: string[] = []
    const visit = (node: ts.Node) => {
      if (ts.isFunctionLike(node)) return
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        const before = tree.text.slice(node.getFullStart(), node.getStart(tree))
        if (/\/\* @__PURE__ \*\/\s*$/.test(before)) return
        if (names.has(node.expression.getText(tree))) found.push(node.expression.getText(tree))
      }
      ts.forEachChild(node, visit)
    }
    tree.statements.forEach(visit)
    return found
  }

  test('mark every call of a server that they make when they are loaded', () => {
    const pages = routes.filter(({ path }) => path.endsWith('.tsx'))
    expect(pages.length).toBeGreaterThan(20)
    const unmarked = pages.flatMap(({ path, tree }) => unmarkedCalls(tree).map((name) => `${path}: ${name}`))
    expect(unmarked).toEqual([])
  })

  test('this search sees what it looks for', () => {
    const text = `import { f, guardLoader, type T } from '../bff/index.server.ts'
      export const a = guardLoader({}, () => f()); const b = /* @__PURE__ */ guardLoader(); new Map([[1, f()]]); g(() => f())`
    expect(unmarkedCalls(parse('example.tsx', text))).toEqual(['guardLoader', 'f'])
  })
})
