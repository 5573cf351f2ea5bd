import { describe } from 'vitest'
import { describeRemoteApi } from '../remote-api/claims.ts'
import { startNodeApi } from '../remote-api/node-api.ts'

describe('B2 with an API elsewhere, which knows our key set and nothing else', () => {
  describeRemoteApi(startNodeApi)
})
