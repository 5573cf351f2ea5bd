import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type PictureFile, sizes, takePictures, type View } from './camera.ts'
import { composeHero } from './hero.ts'
import { moreScenes } from './more-scenes.ts'
import { scenes } from './scenes.ts'
import { setStage } from './stage.ts'

// npm run pictures: what the app looks like, on a phone and on a desk, light and dark, into `.pictures`.
//   --all (pages too that are on no picture to show)   --only sign-in,reset   --width 320 (one more view instead of the usual ones)   --locale de (visitors)   --whole (from top to bottom)

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
    width: { type: 'string' },
    locale: { type: 'string', default: 'en-GB' },
    whole: { type: 'boolean', default: false },
    schemes: { type: 'string', default: 'light,dark' },
    sizes: { type: 'string', default: 'phone,desktop' },
    into: { type: 'string', default: '.pictures' },
  },
})
const folder = resolve(values.into)
const wanted = values.only?.split(',')
const kiloByte = 1_024
const limits = { each: 80 * kiloByte, total: 3 * 1_024 * kiloByte }

function views(): View[] {
  const shapes = values.width
    ? [{ size: values.width, width: Number(values.width), height: 800 }]
    : values.sizes.split(',').map((size) => ({ size, ...sizes[size as keyof typeof sizes] }))
  const schemes = values.schemes.split(',') as View['colorScheme'][]
  return schemes.flatMap((colorScheme) => shapes.map((shape) => ({ ...shape, colorScheme })))
}

const stage = await setStage({ locale: values.locale })
try {
  mkdirSync(folder, { recursive: true })
  if (!wanted) removeEarlier()
  const pictures: PictureFile[] = []
  const played = values.all ? [...scenes, ...moreScenes] : scenes
  for (const scene of played.filter(({ name }) => wanted?.includes(name) ?? true)) {
    const page = await scene.open(stage)
    pictures.push(...(await takePictures(page, scene.name, { folder, whole: values.whole, views: views() })))
  }
  if (!wanted && !values.whole && !values.width) {
    for (const scheme of ['light', 'dark'] as const) pictures.push(await composeHero(stage.browser, folder, scheme))
  }
  report(pictures)
} finally {
  await stage.close()
}

/** Pictures of other kinds may stand beside ours. */
function removeEarlier(): void {
  for (const file of readdirSync(folder)) if (file.endsWith('.webp')) rmSync(join(folder, file))
}

function report(pictures: readonly PictureFile[]): void {
  const total = pictures.reduce((sum, { bytes }) => sum + bytes, 0)
  console.log(`${pictures.length} pictures, ${Math.round(total / kiloByte)} KB, in ${folder}`)
  const faults = pictures.flatMap(({ file, bytes, overflow }) => [
    ...(overflow > 0 ? [`${file}: the page is ${overflow} px too wide`] : []),
    ...(bytes > limits.each && !values.whole ? [`${file}: ${Math.round(bytes / kiloByte)} KB`] : []),
  ])
  if (total > limits.total && !values.whole) faults.push('all together: too large')
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
