import { dictionary } from '@zxcvbn-ts/language-common'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newPassword } from '../../../../app/contract/index.ts'
import { loadCommonPasswords } from '../../../../app/identity/password-rules/common-passwords.ts'
import { findEchoes } from '../../../../app/identity/password-rules/echoes.ts'
import { estimateGuessWork } from '../../../../app/identity/password-rules/guess-work.ts'
import { createPasswordRules } from '../../../../app/identity/password-rules/password-rules.ts'

const owner = { name: 'Ada Lovelace', email: 'ada.lovelace@babbage.example' }
const rules = createPasswordRules({ site: ['Cloakroom', 'tickets.theatre.test'] })
const reasonFor = async (password: string, person = owner) => (await rules.check(password, person))?.reason ?? null

describe('a new password is refused as common when it', () => {
  it.each([
    ['is on the list', 'polniypizdec0211'],
    ['is on the list in capitals', 'PASSWORDSTANDARD'],
    ['is a listed one with a number behind it', 'basketball123456'],
    ['is two listed ones', 'dragon!basketball'],
    ['is listed ones with a year between', 'Summer2024Winter'],
    ['writes letters as digits and signs', 'P@ssw0rd L3tm31n'],
    ['is spelt with dots', 'p.a.s.s.w.o.r.d.1.2'],
    ['is typed in full-width letters', 'ｐａｓｓｗｏｒｄ ｄｒａｇｏｎ'],
    ['is a phrase that everybody knows', 'correct horse battery staple'],
    ['is that phrase with signs in it', 'Correct-Horse-Battery-Staple!'],
  ])('%s', async (_, password) => {
    expect(await reasonFor(password)).toBe('common')
  })
})

describe('a new password is refused as a sequence when it', () => {
  it.each([
    ['counts', '123456789012345'],
    ['counts down', '098765432109876'],
    ['runs along the keyboard', 'qwertyuiopasdfg'],
    ['runs along a German keyboard backwards', 'lkjhgfdsapoiuztrewq'],
    ['runs along a Russian keyboard', 'йцукенгшщзхъфыва'],
    ['runs down the columns', '2wsx3edc4rfv5tgb6yhn'],
    ['is the alphabet', 'ABCDEFGHIJKLMNOP'],
  ])('%s', async (_, password) => {
    expect(await reasonFor(password)).toBe('sequence')
  })
})

describe('a new password is refused as a repetition when it', () => {
  it.each([
    ['is one letter', 'aaaaaaaaaaaaaaa'],
    ['is one emoji', '😀'.repeat(15)],
    ['is three letters', 'abcabcabcabcabc'],
    ['is one word twice', 'passwordpassword1'],
    ['is random, but too short for one', 'xk7qpz2mxk7qpz2m!1'],
    ['is one word in another script', 'パスワードパスワードパスワード'],
    ['is as long as can be', 'ab'.repeat(64)],
    ['is one character that unfolds into a phrase', 'ﷺ'.repeat(128)],
  ])('%s', async (_, password) => {
    expect(await reasonFor(password)).toBe('repetition')
  })
})

describe("a new password is refused for the person's own words when it", () => {
  it.each([
    ['is the name and a year', 'adalovelace1815'],
    ['is the name with signs', '!!Lovelace, Ada!!'],
    ['is the name backwards', 'ecalevol ada 1815'],
    ['is the address', 'ada.lovelace@babbage.example'],
    ['is the domain of the address', 'Babbage.Example 1'],
    ['is the site and a listed password', 'cloakroom-password'],
    ['is the host of the site', 'tickets.theatre.test'],
  ])('%s', async (_, password) => {
    expect(await reasonFor(password)).toBe('own-words')
  })

  it('is a short name in a script that says much in one sign', async () => {
    expect(await reasonFor('王芳王芳王芳 1990 1990', { name: '王芳', email: 'wf@babbage.example' })).not.toBeNull()
  })
  it('is somebody elses name, it is taken', async () => {
    expect(await reasonFor('grace hopper 1906 cobol', owner)).toBeNull()
  })
})

describe('a new password is taken when it', () => {
  it.each([
    ['is a sentence', 'a quite ordinary sentence'],
    ['is three words without a connection', 'tiger violin pencil'],
    ['holds the own name among other words', 'ada left her green coat behind'],
    ['is random letters of a manager', 'zq8TnW3vLpX6yRk'],
    ['is nothing but signs', '!"#¤%&/()=?`^*_:;<>'],
    ['is nothing but different emoji', '🦊🍕🚲🎻🌵🐙🧊🪁🔭🥝🛶🎯🧲🍄🚂'],
    ['is random digits', '984610275536184'],
    ['is in another script', 'зелёная шапка на пятом крючке'],
  ])('%s', async (_, password) => {
    expect(await reasonFor(password)).toBeNull()
  })

  it('is five words by chance, whoever chooses it', async () => {
    const word = fc.constantFrom(...dictionary['diceware-common'])
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(word, { minLength: 5, maxLength: 5 }),
        fc.constantFrom(' ', '-', '.', ''),
        async (words, separator) => {
          expect(await reasonFor(words.join(separator))).toBeNull()
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** How often the lists are asked and letters are compared for a text: the same under any load, unlike seconds. */
function stepsFor(text: string): number {
  let steps = 0
  const ranks = new Map<string, number>()
  const ownWords = new Set<string>()
  ranks.get = () => void steps++
  ownWords.has = () => ++steps < 0
  estimateGuessWork(text, { ranks, ownWords })
  const read: ProxyHandler<string[]>['get'] = (letters, at) => {
    steps++
    return Reflect.get(letters, at)
  }
  findEchoes(new Proxy([...text], { get: read }))
  return steps
}

describe('judging', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 160 })
  it('never throws, whatever is typed into any field', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (password, name, email) => {
        await rules.check(password, { name, email })
      }),
      { numRuns: 200 },
    )
  })

  it('comes to the same result for either way to type an accent', async () => {
    const typed = ['cafe\u0301 cafe\u0301 cafe\u0301 1', 'caf\u00e9 caf\u00e9 caf\u00e9 1']
    expect(await Promise.all(typed.map((password) => reasonFor(password)))).toEqual(['repetition', 'repetition'])
  })

  // What is matched everywhere in a password costs the square of its length; what is matched in every way would cost hours.
  it.each(['a', 'ﷺ', 'abcdefg1', '0123456789qwertz'])(
    'takes no more steps than the square of the length of %s',
    (word) => {
      const [half, whole] = [stepsFor(word.repeat(64 / word.length)), stepsFor(word.repeat(128 / word.length))]
      expect(half).toBeGreaterThan(64)
      expect(whole / half).toBeLessThan(5)
    },
  )

  it('says why in words and repeats nothing of the password', async () => {
    const refused = await rules.check('adalovelace1815', owner)
    expect(refused).toMatchObject({ kind: 'password-refused', words: expect.stringContaining('your name') })
    expect(refused?.words.toLowerCase()).not.toContain('lovelace')
  })

  it('asks elsewhere only about what passes here', async () => {
    const asked: string[] = []
    const asking = createPasswordRules({
      site: [],
      breachLookup: async (password) => {
        asked.push(password)
        return true
      },
    })
    expect((await asking.check('aaaaaaaaaaaaaaa', owner))?.reason).toBe('repetition')
    expect((await asking.check('a quite ordinary sentence', owner))?.reason).toBe('breached')
    expect(asked).toEqual(['a quite ordinary sentence'])
  })
})

describe('the list', () => {
  it('holds far more than the 10,000 most common passwords and is read once', async () => {
    expect((await loadCommonPasswords()).size).toBeGreaterThan(40_000)
    expect(loadCommonPasswords()).toBe(loadCommonPasswords())
  })
  it('refuses every listed password that is long enough', async () => {
    const long = dictionary['passwords-common'].filter((password) => newPassword.safeParse(password).success)
    expect(long.length).toBeGreaterThan(20)
    for (const password of long) expect(await reasonFor(password), password).not.toBeNull()
  })
})
