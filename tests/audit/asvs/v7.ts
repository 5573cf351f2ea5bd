import { met, partly, type Requirement } from './requirement.ts'

/** ASVS 5.0, V7: Session management. */
export const v7: readonly Requirement[] = [
  met('7.1.1', 2, 'idle and absolute limits are written down', 'README.md', 'app/identity/README.md'),
  partly(
    '7.1.2',
    2,
    'how many sessions at once',
    'any number, listed and ended one by one or all together; no limit is set',
    'tests/integration/devices.test.ts',
  ),
  met('7.1.3', 2, 'federated sessions are written down', 'app/identity/federation/README.md'),
  met('7.2.1', 1, 'verified by the server', 'check:attacker-tickets'),
  met('7.2.2', 1, 'dynamic tokens', 'check:rotation-drill'),
  met('7.2.3', 1, '128 random bits', 'check:cookie-entropy'),
  met('7.2.4', 1, 'new at each sign-in, the old one ends', 'check:cookie-lifecycle', 'check:step-up'),
  met('7.3.1', 2, 'an idle limit', 'check:session-ends'),
  met('7.3.2', 2, 'an absolute limit', 'check:session-ends'),
  met('7.4.1', 1, 'an ended session is dead', 'check:session-ends', 'check:cookie-lifecycle'),
  met('7.4.2', 1, 'disabling and deleting end all', 'check:session-ends'),
  met(
    '7.4.3',
    2,
    'a changed factor ends the others',
    'check:session-ends',
    'tests/integration/second-factors.test.ts#end the other sessions when a factor is removed',
  ),
  met('7.4.4', 2, 'sign-out on every page', 'tests/e2e/journey.spec.ts', 'check:leaks-in-chromium'),
  met(
    '7.4.5',
    2,
    'admins can end sessions',
    'check:session-ends',
    'tests/integration/admin.test.ts#ending sessions signs the person out everywhere',
  ),
  met('7.5.1', 2, 'a fresh proof before changes to the account', 'check:step-up'),
  met('7.5.2', 2, 'people see and end their sessions', 'tests/integration/devices.test.ts'),
  met('7.5.3', 3, 'a fresh proof before what is highly sensitive', 'check:step-up'),
  met(
    '7.6.1',
    2,
    'sessions here and at the provider',
    'tests/integration/federation.test.ts#signing out here leads on to the provider',
    'tests/integration/federation.test.ts#ends the sessions of a person, once',
  ),
  met(
    '7.6.2',
    2,
    'no session without an explicit act',
    'check:csrf-login',
    'tests/integration/federation.test.ts#in another browser than the one that asked',
  ),
]
