import { randomBytes } from 'node:crypto'
import type { Issuer } from '../../../app/identity/index.server.ts'
import { visitor } from '../issuer.ts'
import type { Fact } from './facts.ts'
import type { RaceHouse } from './race-house.ts'
import {
  appCode,
  newRacePerson,
  nothingHeld,
  type RacePerson,
  requireFactors,
  requireOwn,
  requireStarted,
  settle,
  visitProvider,
} from './race-person.ts'

type Outcome = { kind: string }

/** A way in which sessions start. */
export type Start = {
  what: string
  /** A start comes to nothing when any of it is gone, and else lives: it might as well have begun after the ending. */
  leansOn: readonly Fact[]
  /** Whether it takes the place of the session of the same browser, while that lives. */
  replaces: boolean
  /** The password that it sets by the way: every other session ends. */
  newPassword?: string
  hasFactors: boolean
  /** Whether there is a session before. */
  hasOwn: boolean
  settle(house: RaceHouse): Promise<RacePerson>
  /** Goes as far as comes before the request that starts the session; what that is asked. */
  prepare(house: RaceHouse, person: RacePerson, issuer: Issuer): Promise<() => Promise<Outcome>>
  /** Where it happens. */
  at: 'here' | 'confirming'
  /** The kinds of answers that are true of somebody who was overtaken; `sign_in_required` when it is thrown. */
  refusals: readonly string[]
}

const afterPassword = ['invalid-credentials', 'account-disabled', 'password-reset-required', 'second-factor-required']
const afterStep = ['step-expired', 'account-disabled']
const afterFactor = ['factor-refused', 'account-disabled', 'sign_in_required']
const afterConfirming = [...afterPassword, 'sign_in_required']
const fresh = {
  ...{ replaces: false, hasFactors: false, hasOwn: true, at: 'here' as const },
  settle: (house: RaceHouse) => settle(house, false),
}
const withFactors = { ...fresh, hasFactors: true, settle: (house: RaceHouse) => settle(house, true) }
const unknown = { ...fresh, hasOwn: false, settle: async (house: RaceHouse) => newRacePerson(house) }
const newPassword = 'seven lanterns on the quay'
const confirmation = { ...withFactors, replaces: true }

const giving = ({ email, password }: RacePerson) => ({ email, password, remember: false })
const held = (person: RacePerson) => ({
  refreshToken: requireOwn(person).ticket.refreshToken,
  deviceMark: null,
  persistent: false,
})

async function beginStep(issuer: Issuer, person: RacePerson): Promise<string> {
  const result = await issuer.signIn(giving(person), visitor, null)
  if (result.kind !== 'second-factor-required') throw new Error(result.kind)
  return result.ticket
}

async function finishStep(issuer: Issuer, ticket: string, proof: { code: string } | { response: unknown }) {
  const { factors } = issuer.accountService
  return () => factors.completeStep({ ticket, proof, trust: false }, visitor, nothingHeld)
}

/** The session of this browser is one that began at the provider. */
async function settleFromProvider(house: RaceHouse): Promise<RacePerson> {
  const person = await settle(house, false)
  const complete = await visitProvider(house.there, person)
  const began = requireStarted(await complete())
  return { ...person, own: { ...began, isProviders: true } }
}

const signIns: Start[] = [
  {
    ...{ what: 'a sign-in with a password', ...fresh, leansOn: ['account', 'password', 'factors'] },
    prepare: async (_house, person, issuer) => () => issuer.signIn(giving(person), visitor, null),
    refusals: afterPassword,
  },
  {
    ...{ what: 'a second step by app', ...withFactors, leansOn: ['account', 'password', 'factors'] },
    prepare: async (_house, person, issuer) =>
      finishStep(issuer, await beginStep(issuer, person), { code: appCode(requireFactors(person).key) }),
    refusals: afterStep,
  },
  {
    ...{ what: 'a second step by recovery code', ...withFactors, leansOn: ['account', 'password', 'factors'] },
    prepare: async (_house, person, issuer) =>
      finishStep(issuer, await beginStep(issuer, person), { code: requireFactors(person).recoveryCodes[0] ?? '' }),
    refusals: afterStep,
  },
  {
    ...{ what: 'a second step by passkey', ...withFactors, leansOn: ['account', 'password', 'factors', 'passkey'] },
    async prepare(_house, person, issuer) {
      const ticket = await beginStep(issuer, person)
      const request = await issuer.accountService.factors.requestStepPasskey(ticket)
      return finishStep(issuer, ticket, { response: requireFactors(person).phone.prove(request ?? { challenge: '' }) })
    },
    refusals: afterStep,
  },
  {
    ...{ what: 'a sign-in by passkey', ...withFactors, leansOn: ['account', 'passkey'] },
    async prepare(_house, person, issuer) {
      const { factors } = issuer.accountService
      const binding = randomBytes(6).toString('hex')
      const response = requireFactors(person).phone.prove(await factors.requestSignInPasskey(binding))
      return () => factors.signInWithPasskey({ response, binding, remember: false }, visitor, nothingHeld)
    },
    refusals: afterFactor,
  },
  {
    ...{ what: 'a sign-in through a provider', ...fresh, leansOn: ['account', 'factors', 'grant'] },
    prepare: (_house, person, issuer) => visitProvider(issuer, person),
    refusals: ['attempt-invalid', 'account-disabled', 'second-factor-required'],
  },
  {
    ...{ what: 'a second step after a provider', ...withFactors, leansOn: ['account', 'factors', 'grant'] },
    async prepare(_house, person, issuer) {
      const result = await (await visitProvider(issuer, person))()
      if (result.kind !== 'second-factor-required') throw new Error(result.kind)
      return finishStep(issuer, result.ticket, { code: appCode(requireFactors(person).key) })
    },
    refusals: afterStep,
  },
  {
    ...{ what: 'a repeated sign-in', ...fresh, replaces: true, leansOn: ['account', 'password', 'factors'] },
    prepare: async (_house, person, issuer) => () =>
      issuer.signIn(giving(person), visitor, requireOwn(person).ticket.refreshToken),
    refusals: afterPassword,
  },
]

const registrations: Start[] = [
  {
    ...{ what: 'a registration', ...unknown, leansOn: ['account', 'password', 'factors'] },
    prepare: async (_house, person, issuer) => () => issuer.register(person, visitor, null),
    refusals: ['sign_in_required'],
  },
  {
    ...{ what: 'a registration by code', ...unknown, leansOn: ['account', 'password', 'factors'], at: 'confirming' },
    async prepare(house, person, issuer) {
      const { email, password } = person
      await issuer.register(person, visitor, null)
      const code = house.codeFor('confirm-address', email)
      const holds = { ...nothingHeld, persistent: false }
      return () => issuer.recovery.confirmAddress({ code, password }, null, visitor, holds)
    },
    refusals: ['confirmed'],
  },
]

const renewals: Start[] = [
  {
    ...{ what: 'a confirmation by password', ...confirmation, leansOn: ['account', 'password', 'session'] },
    prepare: async (_house, person, issuer) => () =>
      issuer.reauthenticate(requireOwn(person).principal, person.password, visitor, held(person)),
    refusals: afterConfirming,
  },
  {
    ...{ what: 'a confirmation in a session from a provider', ...confirmation, hasFactors: false },
    ...{ leansOn: ['account', 'password', 'session', 'provider session'], settle: settleFromProvider },
    prepare: async (_house, person, issuer) => () =>
      issuer.reauthenticate(requireOwn(person).principal, person.password, visitor, held(person)),
    refusals: afterConfirming,
  },
  {
    ...{ what: 'a confirmation by app', ...confirmation, leansOn: ['account', 'factors', 'session'] },
    async prepare(_house, person, issuer) {
      const proof = { kind: 'code' as const, code: appCode(requireFactors(person).key) }
      const { factors } = issuer.accountService
      return () => factors.renewSession(requireOwn(person).principal, proof, visitor, held(person))
    },
    refusals: afterFactor,
  },
  {
    ...{ what: 'a confirmation by passkey', ...confirmation, leansOn: ['account', 'factors', 'passkey', 'session'] },
    async prepare(_house, person, issuer) {
      const { factors } = issuer.accountService
      const { principal } = requireOwn(person)
      const request = await factors.requestRenewalPasskey(principal)
      const response = requireFactors(person).phone.prove(request ?? { challenge: '' })
      return () => factors.renewSession(principal, { kind: 'passkey', response }, visitor, held(person))
    },
    refusals: afterFactor,
  },
  {
    ...{ what: 'a new password', ...confirmation, newPassword, leansOn: ['account', 'password', 'session'] },
    prepare: async (_house, person, issuer) => () => {
      const input = { current: person.password, password: newPassword }
      return issuer.recovery.changePassword(input, requireOwn(person).principal, visitor, held(person))
    },
    refusals: ['wrong-password', 'sign_in_required'],
  },
  {
    ...{
      what: 'a new password after a factor',
      ...confirmation,
      newPassword,
      leansOn: ['account', 'password', 'session'],
    },
    prepare: async (_house, person, issuer) => () =>
      issuer.recovery.setPassword(newPassword, requireOwn(person).principal, visitor, held(person)),
    refusals: ['conflict', 'sign_in_required'],
  },
]

/** Every way in which sessions start. A reset by mail starts none: it is among the endings alone. */
export const starts: readonly Start[] = [...signIns, ...registrations, ...renewals]

/** Whether the provider can end what it starts. */
export function isFromProvider({ leansOn }: Start): boolean {
  return leansOn.includes('grant') || leansOn.includes('provider session')
}
