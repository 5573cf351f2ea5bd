import { deployment, met, partly, type Requirement } from './requirement.ts'

/** ASVS 5.0, V16: Logging and error handling. */
export const v16: readonly Requirement[] = [
  partly(
    '16.1.1',
    2,
    'an inventory of logs',
    'events and log are described by app/events/README.md and app/kernel/README.md, the access log of remix-serve is not',
    'app/events/README.md',
    'app/kernel/README.md',
  ),
  met(
    '16.2.1',
    2,
    'who, what, when, where',
    'tests/integration/security-events.test.ts#tell who, from where and with what',
  ),
  met('16.2.2', 2, 'UTC', 'tests/unit/events/recorder.test.ts'),
  met('16.2.3', 2, 'only to known places', 'app/events/README.md'),
  met('16.2.4', 2, 'a common format', 'tests/unit/kernel/telemetry/log.test.ts'),
  met('16.2.5', 2, 'nothing secret is logged', 'check:leaks-log'),
  met('16.3.1', 2, 'sign-ins are logged', 'tests/integration/security-events.test.ts'),
  partly(
    '16.3.2',
    2,
    'refusals are logged',
    'refusals are; what an admin merely reads is not',
    'tests/integration/security-events.test.ts',
    'tests/attack/csrf.test.ts#every refusal of one is recorded',
  ),
  met('16.3.3', 2, 'attempts to get around are logged', 'tests/attack/input.test.ts#what was refused is recorded'),
  met('16.3.4', 2, 'faults are logged', 'tests/unit/kernel/telemetry/log.test.ts'),
  met('16.4.1', 2, 'no forged lines', 'check:leaks-log', 'tests/unit/events/recorder.test.ts#holds no line break'),
  partly(
    '16.4.2',
    2,
    'logs cannot be changed',
    'triggers refuse it; who owns the file can drop them',
    'tests/unit/events/recorder.test.ts#refuses every change',
  ),
  deployment(
    '16.4.3',
    2,
    'logs go elsewhere',
    'the structured log is written to standard output for the owner’s collector',
  ),
  met('16.5.1', 2, 'faults tell nothing', 'check:error-pages'),
  met('16.5.2', 2, 'services may fail', 'tests/integration/upstream.test.ts', 'tests/integration/store-faults.test.ts'),
  met('16.5.3', 2, 'faults let nobody in', 'tests/attack/faults.test.ts'),
  met('16.5.4', 3, 'a last handler', 'tests/unit/api/shell.test.ts#a defect of ours is 500'),
]
