import { afterEach, describe, expect, test } from 'vitest'
import { de } from '../../../app/i18n/de/index.ts'
import {
  findWordsFile,
  negotiateLanguage,
  translateAgent,
  translateSentence,
  wordingOf,
} from '../../../app/i18n/index.server.ts'
import { plural, readWordsFrom, t } from '../../../app/i18n/index.ts'

const speak = (language: 'en' | 'de') => readWordsFrom(() => wordingOf(language))
afterEach(() => speak('en'))

const entries = Object.entries({ ...de.pages, ...de.mails, ...de.served, ...de.refusals })
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
/** Names, and words that both languages have. */
const same = new Set([
  ...['Admin', 'Browser', 'Cloakroom', 'Code', 'Generation', 'Name', 'Passkeys', 'Person', 'Tab A', 'Tab B', 'Token'],
  'generation {number}, {confirmed}',
])

describe('the German catalogue', () => {
  test('leaves no text empty or in English', () => {
    expect(entries.filter(([, german]) => german.trim() === '')).toEqual([])
    expect(entries.filter(([english, german]) => english === german && !same.has(english))).toEqual([])
  })

  test('fills the same places as English', () => {
    const different = entries.filter(([english, german]) => String(places(english)) !== String(places(german)))
    expect(different).toEqual([])
  })

  test('has a form for each plural category', () => {
    const plurals = entries.filter(([english]) => english.includes('|'))
    expect(plurals.filter(([, german]) => german.split('|').length !== 2)).toEqual([])
    expect(plurals.length).toBeGreaterThan(5)
  })

  test('says “Sie” and blames nobody', () => {
    expect(entries.filter(([, german]) => /\b(du|dir|dich|dein\w*)\b|!/i.test(german))).toEqual([])
  })
})

describe('the words at hand', () => {
  test('are English as long as nothing else is said', () => {
    expect(t('Sign in')).toBe('Sign in')
    expect(plural('{count} day|{count} days', 1)).toBe('1 day')
    expect(plural('{count} day|{count} days', 2)).toBe('2 days')
  })

  test('are German with their places and plurals filled', () => {
    speak('de')
    expect(t('Page {page} of {last}', { page: 1, last: 3 })).toBe('Seite 1 von 3')
    expect(plural('{count} day|{count} days', 1)).toBe('1 Tag')
    expect(plural('{count} day|{count} days', 0)).toBe('0 Tage')
    expect(translateAgent('Firefox 150 on Windows')).toBe('Firefox 150 unter Windows')
    expect(translateAgent('An unknown browser')).toBe('Ein unbekannter Browser')
  })

  test('put sentences of servers into German, numbers included, and leave unknown ones alone', () => {
    speak('de')
    expect(translateSentence('A password has at most 128 characters')).toBe('Ein Passwort hat höchstens 128 Zeichen')
    expect(translateSentence('Too many tries')).toBe('Zu viele Versuche')
    expect(translateSentence('Nobody wrote this.')).toBe('Nobody wrote this.')
  })

  test('what a place is filled with is never read as a place', () => {
    expect(t('Welcome, {name}', { name: '{name} $& {count}' })).toBe('Welcome, {name} $& {count}')
  })

  test('go to browsers as one file of German and none of English', () => {
    expect(findWordsFile('en')).toBeNull()
    expect(findWordsFile('constructor')).toBeNull()
    expect(Object.keys(JSON.parse(findWordsFile('de')?.texts ?? '{}'))).toEqual(Object.keys(de.pages))
  })
})

describe('the language that a browser asks for', () => {
  test.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7', 'en'],
    ['en;q=0.1,de;q=0.9', 'de'],
    ['de;q=0,en', 'en'],
    ['DE', 'de'],
    ['fr', null],
    ['*', null],
    ['', null],
    [undefined, null],
    ['constructor', null],
    [';;;,,,q=;=', null],
    [`${'a,'.repeat(5_000)}de`, null],
  ])('%j asks for %j', (header, language) => {
    expect(negotiateLanguage(header)).toBe(language)
  })
})
