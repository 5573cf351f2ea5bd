import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from '../support/browser-client.ts'
import { newPerson, signUp } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

// npm run test:hydra: Debian's hydra guesses the password of one account, by default for five minutes, with the right
// password in its list. It must not get in, and the owner's own browser must be able to sign in during and after.

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' } } })
const seconds = Number(values.seconds)
const hydra = ['/usr/bin/hydra', '/usr/local/bin/hydra'].find((path) => existsSync(path))
if (!hydra) {
  console.error('hydra is not installed (Debian: apt-get install hydra); nothing was tested')
  process.exit(1)
}

// The limits as an installation has them, not as the other tests set them.
const server = await startServer({ env: { LIMIT_SIGN_IN_PER_ADDRESS: '30/10m', LIMIT_REGISTER_PER_ADDRESS: '20/1h' } })
const owner = new Client(server)
const person = await signUp(owner, newPerson())
await owner.json('POST', '/bff/logout')

const guesser = new Client(server)
const csrf = await guesser.csrf()
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-hydra-'))
const words = Array.from({ length: 200_000 }, (_, index) =>
  index === 40 ? person.password : `wrong password ${index}`,
)
writeFileSync(join(folder, 'words'), words.join('\n'))
const cookie = guesser.jar.header()?.replaceAll(':', '\\:')
const form = `/bff/login:email=^USER^&password=^PASS^&csrf=${csrf}:H=Cookie\\: ${cookie}:H=Host\\: localhost\\:${server.port}:S=expires_in`
const attack = spawn(
  hydra,
  [
    '-l',
    person.email,
    '-P',
    join(folder, 'words'),
    '-t',
    '16',
    '-I',
    '-f',
    '-s',
    String(server.port),
    '127.0.0.1',
    'http-post-form',
    form,
  ],
  { cwd: folder, timeout: seconds * 1_000 },
)
let said = ''
for (const stream of [attack.stdout, attack.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
const ended = new Promise<void>((resolve) => attack.once('close', () => resolve()))

let signIns = 0
const problems: string[] = []
const signInAsOwner = async (when: string) => {
  const { email, password } = person
  const answer = await owner.json('POST', '/bff/login', { email, password, remember: false })
  if (answer.status === 200) signIns++
  else problems.push(`the owner was refused ${when}: ${answer.status} ${answer.body}`)
  await owner.json('POST', '/bff/logout')
}
const during = setInterval(() => void signInAsOwner('during the attack'), Math.max((seconds * 1_000) / 10, 2_000))
await ended
clearInterval(during)
await signInAsOwner('after the attack')

const database = server.openDatabase()
const count = (sql: string) => Number((database.prepare(sql).get() as { n: number }).n)
const limited = count("select count(*) as n from security_events where type = 'limit.reached'")
const failed = count("select count(*) as n from security_events where type = 'signin.failed'")
database.close()
const stranger = await new Client(server).json('POST', '/bff/login', { ...person, remember: false })
if (/login:.*password:/i.test(said)) problems.push(`hydra got in: ${said}`)
if (failed === 0) problems.push(`no guess ever reached the password: was hydra running?\n${said}`)
if (limited === 0) problems.push('no guess was ever limited')
if (stranger.status !== 429) problems.push(`a stranger with the right password got ${stranger.status} instead of 429`)
await server.stop()
rmSync(folder, { recursive: true })

console.log(
  `hydra for ${seconds} s: ${failed} guesses were checked, ${limited} refused; the owner signed in ${signIns} times`,
)
for (const problem of problems) console.error(`FAILED: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
