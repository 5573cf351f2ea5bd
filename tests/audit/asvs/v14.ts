import { met, notApplicable, partly, type Requirement } from './requirement.ts'

/** ASVS 5.0, V14: Data protection. */
export const v14: readonly Requirement[] = [
  partly('14.1.1', 2, 'data are classified', 'SECURITY.md says who may see what; there are no levels', 'SECURITY.md'),
  partly('14.1.2', 2, 'protection by class', 'as 14.1.1', 'SECURITY.md', 'app/events/README.md'),
  met(
    '14.2.1',
    1,
    'nothing secret in addresses',
    'check:leaks-log',
    'tests/unit/mail/templates.test.ts#holds its code in the fragment',
  ),
  met('14.2.2', 2, 'nothing private in caches of servers', 'check:caching'),
  met('14.2.3', 2, 'nothing to third parties', 'check:csp-evaluator'),
  met('14.2.4', 2, 'data are protected as written', 'check:leaks-store', 'check:leaks-log'),
  met('14.2.5', 3, 'no cache deception', 'check:caching', 'tests/attack/route-variants.test.ts'),
  met(
    '14.2.6',
    3,
    'only what is needed',
    'check:leaks-answers',
    'tests/integration/admin.test.ts#shows account, sessions and events, and nothing secret',
  ),
  partly(
    '14.2.7',
    3,
    'old data are deleted',
    'events, mails, codes and accounts on request; ended sessions and idle accounts stay',
    'app/events/README.md',
    'tests/integration/privacy.test.ts',
  ),
  notApplicable('14.2.8', 3, 'metadata of files', 'nobody can send files'),
  met('14.3.1', 1, 'nothing is left after signing out', 'check:leaks-in-chromium', 'tests/browsers/firefox.test.ts'),
  met('14.3.2', 2, 'no-store', 'check:caching'),
  met('14.3.3', 2, 'nothing sensitive in browser storage', 'check:leaks-in-chromium'),
]
