import { readLate } from '../../kernel/index.server.ts'
/** How often a password occurs in breaches: 0 is the most common one. Folded, as `fold` leaves them. */
export type PasswordRanks = ReadonlyMap<string, number>

/**
 * Phrases that everybody knows, from comics, songs, films, books and typing lessons. Lists
 * made for shorter passwords lack them. Without spaces: the rules look at the letters alone too.
 */
const famousPhrases = [
  'correcthorsebatterystaple',
  'thequickbrownfoxjumpsoverthelazydog',
  'thequickbrownfox',
  'loremipsumdolorsitamet',
  'loremipsumdolor',
  'tobeornottobethatisthequestion',
  'tobeornottobe',
  'maytheforcebewithyou',
  'allyourbasearebelongtous',
  'twinkletwinklelittlestar',
  'maryhadalittlelamb',
  'happybirthdaytoyou',
  'onceuponatime',
  'inthebeginningwastheword',
  'wewillrockyou',
  'nevergonnagiveyouup',
  'winteriscoming',
  'youshallnotpass',
  'oneringtorulethemall',
  'iloveyousomuch',
  'iloveyouforever',
  'thisismypassword',
  'thisisapassword',
  'thisisnotapassword',
  'mypasswordissecure',
  'iforgotmypassword',
  'pleaseletmein',
]

/**
 * The 49,000 most common passwords and the phrases above. About 5 MB and 40 ms, once a process; the server asks for
 * them right after it has started, so that hardly any request has to wait.
 */
export const loadCommonPasswords = readLate(async (): Promise<PasswordRanks> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const ranks = new Map(famousPhrases.map((phrase) => [phrase, 0]))
  for (const [rank, password] of dictionary['passwords-common'].entries()) ranks.set(password, rank)
  return ranks
})
