import { closeStore, openStore } from '../db/index.ts'
import { createAccessTokenVerifier, createApi } from './api/index.server.ts'
import { type BffConfiguration, configureBff, findVisitor, openWords } from './bff/index.server.ts'
import { createEventReader, createEventRecorder, eventLimitsOf } from './events/index.server.ts'
import { parseNetworks } from './http/index.server.ts'
import { createIssuer, type Issuer, loadCommonPasswords } from './identity/index.server.ts'
import { deriveKeyRing, log, metrics, type Settings, watchLocalSecrets } from './kernel/index.server.ts'
import { ms, type RecordEvent, StartError } from './kernel/index.ts'
import { createMailer } from './mail/index.server.ts'
import { createReadiness, startUpkeep } from './upkeep.server.ts'

/** Signing keys are also tended when they are used; this is for servers that nobody visits. */
const tendKeysEveryMs = ms('1h')

/** Nobody needs the word lists before somebody chooses a password; by then they should be there. */
const loadPasswordsAfterMs = ms('1s')

/**
 * The composition root: which store, which issuer, which API, from the settings. The only place where the layers meet.
 * Returns what the command line needs, and the function that lets go of it all.
 */
export async function wire(settings: Settings) {
  const { networks, malformed } = parseNetworks(settings.TRUSTED_PROXIES)
  if (malformed.length > 0) {
    throw new StartError(malformed.map((entry) => `TRUSTED_PROXIES entry "${entry}" is not a CIDR such as 10.0.0.0/8`))
  }
  const onFault = (error: Error) => log.warn({ err: error }, 'a connection to the store broke while nobody used it')
  const database = await openStore({ url: settings.DATABASE_URL, postgres: settings.postgres, onFault })
  const events = createEventRecorder({ database, ...eventLimitsOf(settings), log })
  const record: RecordEvent = (event) => {
    metrics.events.inc({ type: event.type, outcome: event.outcome })
    events.record(event)
  }
  const mailer = createMailer({ database, settings, record })
  const issuer = await createIssuer({ database, settings, record, postMail: mailer.enqueue })
  const eventReader = createEventReader(database)
  // What fails here is read anew by whoever needs it.
  const readPasswords = () => void loadCommonPasswords().catch(() => {})
  const loading = setTimeout(readPasswords, loadPasswordsAfterMs).unref()
  const embeddedApi = createApi({
    database,
    verifyAccessToken: createAccessTokenVerifier({
      issuer: settings.APP_ORIGIN,
      audience: settings.ACCESS_TOKEN_AUDIENCE,
      keys: issuer.verificationKey,
    }),
    events: eventReader,
    sessionIdleMs: settings.SESSION_IDLE,
    // The API meets its caller as a Request; whose browser is behind it, this process knows.
    record: (event) => record({ ...findVisitor(), ...event }),
  })
  const configuration: BffConfiguration = {
    origin: settings.APP_ORIGIN,
    tokens: issuer,
    recovery: issuer.recovery,
    accounts: issuer.accountService,
    events: eventReader,
    callApi: settings.API_URL === undefined ? embeddedApi : (request) => fetch(request),
    apiBaseUrl: (settings.API_URL ?? 'http://api.internal').replace(/\/$/, ''),
    proxied: {
      table: settings.upstreams,
      apiUrl: settings.API_URL?.replace(/\/$/, '') ?? null,
      apiAudience: settings.ACCESS_TOKEN_AUDIENCE,
    },
    csrfKeys: deriveKeyRing(settings.secrets, 'csrf'),
    stepUpKeys: deriveKeyRing(settings.secrets, 'step-up'),
    trustedProxies: networks,
    readMailbox: mailer.readMailbox,
    record,
    readiness: createReadiness(database, issuer, settings),
    metricsToken: settings.METRICS_TOKEN,
    securityContact: settings.SECURITY_CONTACT,
    defaultLanguage: settings.DEFAULT_LANGUAGE,
    devOrigin: settings.devOrigin,
  }
  configureBff(configuration)
  openWords()
  const stopWatching =
    settings.secretsFile === null ? () => {} : watchLocalSecrets(settings.secretsFile, settings.secrets)
  const tending = setInterval(() => void tendKeys(issuer), tendKeysEveryMs).unref()
  const stopUpkeep = startUpkeep(database, settings)
  const close = async () => {
    stopUpkeep()
    stopWatching()
    clearInterval(tending)
    clearTimeout(loading)
    mailer.close()
    await events.close()
    await closeStore(database)
  }
  return { issuer, database, close }
}

async function tendKeys({ keys }: Issuer): Promise<void> {
  try {
    await keys.tend()
  } catch (error) {
    log.warn({ err: error }, 'the signing keys could not be tended')
  }
}
