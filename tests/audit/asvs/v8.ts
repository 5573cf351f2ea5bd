import { met, notApplicable, partly, type Requirement } from './requirement.ts'

/** ASVS 5.0, V8: Authorization. */
export const v8: readonly Requirement[] = [
  met(
    '8.1.1',
    1,
    'rules for functions and data are written down',
    'README.md',
    'app/bff/README.md',
    'app/api/README.md',
  ),
  met('8.1.2', 2, 'rules for fields', 'app/api/README.md'),
  met('8.1.3', 3, 'what of the surroundings decides', 'SECURITY.md', 'app/bff/README.md'),
  partly(
    '8.1.4',
    3,
    'how the surroundings decide',
    'address, known browser, age of the proof and trust are written down; there is no score of risk',
    'SECURITY.md',
    'app/identity/factors/README.md',
  ),
  met('8.2.1', 1, 'functions for whom they are declared', 'check:access-matrix', 'check:access-effects'),
  met('8.2.2', 1, 'only own data', 'check:access-ids', 'tests/attack/others-data.test.ts'),
  met(
    '8.2.3',
    2,
    'only fields one may set',
    'check:access-effects',
    'tests/attack/accounts.test.ts#gives a project to nobody else',
  ),
  partly(
    '8.2.4',
    3,
    'adaptive controls',
    'new browsers are announced, known ones have budgets of their own, old proofs are asked again; place and hour play no part',
    'check:step-up',
    'tests/integration/devices.test.ts',
  ),
  met('8.3.1', 1, 'enforced by the server', 'check:access-matrix', 'check:access-effects'),
  met(
    '8.3.2',
    3,
    'changes hold at once',
    'check:session-ends',
    'tests/integration/access.test.ts#a role that is given or taken shows',
  ),
  met(
    '8.3.3',
    3,
    'the person’s own rights, not the server’s',
    'tests/integration/resource-server.test.ts',
    'check:access-ids',
  ),
  notApplicable('8.4.1', 2, 'tenants', 'there are none'),
  partly(
    '8.4.2',
    3,
    'several layers before administration',
    'the role, a fresh proof and the API’s own check; no posture of the device',
    'check:step-up',
    'check:access-matrix',
  ),
]
