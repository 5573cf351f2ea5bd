import { Fragment, type ReactNode } from 'react'
import { type Message, type Places, translate } from '../../i18n/index.ts'

type RichWordsProps<Text extends Message> = {
  text: Text
  /** What stands in each place: a link, a moment, a name. */
  parts: Record<Places<Text>, ReactNode>
}

/** A sentence with elements in it, so that each language can put them where they belong. */
export function RichWords<Text extends Message>({ text, parts }: RichWordsProps<Text>) {
  const pieces = translate(text).split(/\{(\w+)\}/)
  const given: Readonly<Record<string, ReactNode>> = parts
  return (
    <>
      {pieces.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
        <Fragment key={index}>{index % 2 === 0 ? piece : given[piece]}</Fragment>
      ))}
    </>
  )
}
