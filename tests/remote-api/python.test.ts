import { describeWith } from '../support/needs.ts'
import { describeRemoteApi } from './claims.ts'
import { startPythonApi, whyNoPython } from './python-api.ts'

describeWith(whyNoPython(), 'B2 with the API in Python, which knows our key set and nothing else', () => {
  describeRemoteApi(startPythonApi)
})
