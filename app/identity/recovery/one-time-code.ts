import { randomBytes } from 'node:crypto'
import type { KeyRing } from '../../kernel/index.server.ts'
import { type KeyedNames, keyedNames } from '../limits/keyed-names.ts'

/** Crockford's base 32: no I, L, O and U, so that nothing is mistaken when it is read out or typed. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 26 characters of 5 bits: 130 random bits. */
const length = 26
const groupLength = 5

/** A new code, in groups, as it stands in a mail. */
export function createCode(): string {
  // 256 is a multiple of 32: every character is equally likely.
  const characters = [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('')
  return characters.replaceAll(new RegExp(`(.{${groupLength}})(?=.)`, 'g'), '$1-')
}

/** A code as somebody typed it, without groups, spaces and look-alikes; null when it cannot be one. */
export function readCode(typed: string): string | null {
  if (typed.length > 4 * length) return null
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return text.length === length && [...text].every((character) => alphabet.includes(character)) ? text : null
}

/**
 * What the store keeps of a code: a keyed hash of its purpose and its characters, so that a code of one purpose is
 * unknown to every other. One for each key that still counts, the newest first.
 */
export function hashesOf(ring: KeyRing, purpose: string, characters: string): KeyedNames {
  return keyedNames(ring, `${purpose}|${characters}`)
}
