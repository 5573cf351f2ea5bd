import { t } from '../../i18n/index.ts'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'

/** A session in words, as a loader makes it. */
export type ShownDevice = {
  id: string
  name: string
  address: string
  createdAt: number
  lastSeenAt: number
  expiresAt: number
  /** A copy of its cookies is of no use elsewhere. */
  isBound?: boolean
}

type DeviceCardProps = {
  device: ShownDevice
  isCurrent?: boolean
  /** Where the button that ends it posts to; no button without one. */
  action?: string
}

/** One place where somebody is signed in. */
export function DeviceCard({ device, isCurrent = false, action }: DeviceCardProps) {
  return (
    <article className={isCurrent ? 'card ticket' : 'card'} aria-labelledby={`device-${device.id}`}>
      <h3 className="card-title" id={`device-${device.id}`}>
        {device.name}
      </h3>
      {isCurrent || device.isBound ? (
        <p className="badges">
          {isCurrent ? <span className="badge badge-strong">{t('This browser')}</span> : null}
          {device.isBound ? (
            <span className="badge">{t(isCurrent ? 'Bound to this device' : 'Bound to its device')}</span>
          ) : null}
        </p>
      ) : null}
      <p className="meta">
        <RichWords
          text="Network address {address} · signed in {time}"
          parts={{ address: device.address, time: <Timestamp at={device.createdAt} /> }}
        />
        <br />
        {isCurrent ? (
          t('In use now')
        ) : (
          <RichWords text="Last seen about {time}" parts={{ time: <Timestamp at={device.lastSeenAt} /> }} />
        )}{' '}
        <RichWords text="· ends {time} at the latest" parts={{ time: <Timestamp at={device.expiresAt} /> }} />
      </p>
      {action === undefined ? null : (
        <PostForm action={action} className="actions">
          <input type="hidden" name="id" value={device.id} />
          <SubmitButton intent="end" look="plain" pending={t('Ending…')}>
            {t('End session')}
            <span className="visually-hidden"> {t('of {name}', { name: device.name })}</span>
          </SubmitButton>
        </PostForm>
      )}
    </article>
  )
}
