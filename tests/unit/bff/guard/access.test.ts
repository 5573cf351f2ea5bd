import { expect, test } from 'vitest'
import { declareAccess, readRouteAccess } from '../../../../app/bff/guard/access.server.ts'
import { StartError } from '../../../../app/kernel/index.ts'

const handler = () => null
const guarded = () => declareAccess(() => null, { access: 'user', methods: ['GET'] })
const route = (id: string, module: object) => ({ [id]: { id, path: id, module } })

test('a server with a route whose loader or action declares no access does not start, and names each', () => {
  const routes = {
    ...route('good', { loader: guarded(), action: guarded() }),
    ...route('bare', { loader: handler }),
    ...route('empty', {}),
    ...route('half', { loader: guarded(), action: handler }),
  }
  const start = () => readRouteAccess(routes)
  expect(start).toThrow(StartError)
  expect(start).toThrow(/bare.*\n.*empty.*\n.*half has an unguarded action/)
  expect(readRouteAccess(route('good', { loader: guarded(), action: guarded() }))).toMatchObject([{ path: '/good' }])
})
