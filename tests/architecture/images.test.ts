import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const compose = readFileSync(join(root, 'compose.yaml'), 'utf8')

/** An image by its digest, or at least by the tag of one version: `node:24.21.0-slim`, not `node:24-slim` nor `latest`. */
const isPinned = (image: string) =>
  /@sha256:[0-9a-f]{64}$/.test(image) || /:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$/.test(image)

/** What stands where an image may be set from outside. */
const fallbackOf = (text: string) => /^\$\{\w+:-([^}]+)\}$/.exec(text)?.[1] ?? text

function imagesOfDockerfile(text: string): string[] {
  const given = new Map([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]))
  const stages = [...text.matchAll(/^FROM \S+ AS (\S+)$/gim)].map(([, name]) => name)
  const written = [...text.matchAll(/^FROM (?:--\S+ )*(\S+)/gim), ...text.matchAll(/^# ?syntax=(\S+)/gim)]
  return written
    .map(([, image = '']) => image.replace(/^\$\{?(\w+)\}?$/, (whole, name) => given.get(name) ?? whole))
    .filter((image) => !stages.includes(image))
}

function imagesOfCompose(text: string): string[] {
  const written = [...text.matchAll(/^\s*image: (\S+)/gm), ...text.matchAll(/_IMAGE: "?(\$\{[^}]+\})/g)]
  return written.map(([, image = '']) => fallbackOf(image.replaceAll('"', '')))
}

describe('images', () => {
  test('of the container and of compose.yaml are pinned, at least to one version', () => {
    const images = [...imagesOfDockerfile(dockerfile), ...imagesOfCompose(compose)]
    expect(images).toHaveLength(6)
    expect(images.filter((image) => !isPinned(image))).toEqual([])
  })

  test.each(['node', 'node:latest', 'node:24', 'node:24-slim', 'caddy:2', 'node@sha256:abc'])(
    'that move are noticed: %s',
    (image) => {
      for (const written of [
        imagesOfDockerfile(`FROM ${image} AS build\nFROM build`),
        imagesOfDockerfile(`ARG NODE_IMAGE=${image}\nFROM \${NODE_IMAGE}`),
        imagesOfCompose(`services:\n  a:\n    image: ${image}\n`),
        imagesOfCompose(`services:\n  a:\n    image: \${A_IMAGE:-${image}}\n`),
      ])
        expect(written.filter((each) => !isPinned(each))).not.toEqual([])
    },
  )
})

test('compose.yaml trusts the address of its proxy and nothing else, and gives it to nobody else', () => {
  const trusted = /TRUSTED_PROXIES: (\S+)/.exec(compose)?.[1]
  const address = /proxy:[\s\S]*?ipv4_address: ([\d.]+)/.exec(compose)?.[1]
  expect(trusted).toBe(`${address}/32`)
  const [, base = '', bits = ''] = /ip_range: ([\d.]+)\/(\d+)/.exec(compose) ?? []
  const numberOf = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const isWithin = numberOf(address ?? '') - numberOf(base)
  expect(isWithin < 0 || isWithin >= 2 ** (32 - Number(bits))).toBe(true)
})
