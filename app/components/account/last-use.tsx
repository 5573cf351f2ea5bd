import { t } from '../../i18n/index.ts'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'

/** When a way to sign in was last used. */
export function LastUse({ at }: { at: number | null }) {
  if (at === null) return t('not used yet')
  return <RichWords text="last used {time}" parts={{ time: <Timestamp at={at} /> }} />
}
