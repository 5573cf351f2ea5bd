import { met, type Requirement } from './requirement.ts'

/** ASVS 5.0, V9: Self-contained tokens. */
export const v9: readonly Requirement[] = [
  met(
    '9.1.1',
    1,
    'signatures are verified',
    'tests/unit/api/access-token-verifier.test.ts#whose claims were changed after it was signed',
  ),
  met(
    '9.1.2',
    1,
    'an allow-list of algorithms',
    'tests/unit/api/access-token-verifier.test.ts#that is unsigned (alg none)',
  ),
  met(
    '9.1.3',
    1,
    'keys from a known place',
    'tests/unit/api/access-token-verifier.test.ts#that brings its own key in the header',
  ),
  met('9.2.1', 1, 'exp and nbf', 'tests/unit/api/access-token-verifier.test.ts#that has expired'),
  met(
    '9.2.2',
    2,
    'the right kind of token',
    'tests/integration/resource-server.test.ts#a refresh token is not an access token',
  ),
  met('9.2.3', 2, 'the audience', 'tests/integration/resource-server.test.ts#an access token for another audience'),
  met('9.2.4', 2, 'one audience for one key', 'tests/unit/identity/keys/access-tokens.test.ts'),
]
