import { PostForm } from './post-form.tsx'
import { SubmitButton } from './submit-button.tsx'
import { Timestamp } from './timestamp.tsx'

/** A session in words, as a loader makes it. */
export type ShownDevice = {
  id: string
  name: string
  address: string
  createdAt: number
  lastSeenAt: number
  expiresAt: number
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
      {isCurrent ? (
        <p className="badges">
          <span className="badge badge-strong">This browser</span>
        </p>
      ) : null}
      <p className="meta">
        Network address {device.address} · signed in <Timestamp at={device.createdAt} />
        <br />
        {isCurrent ? (
          'In use now'
        ) : (
          <>
            Last seen about <Timestamp at={device.lastSeenAt} />
          </>
        )}{' '}
        · ends <Timestamp at={device.expiresAt} /> at the latest
      </p>
      {action === undefined ? null : (
        <PostForm action={action} className="actions">
          <input type="hidden" name="id" value={device.id} />
          <SubmitButton intent="end" look="plain" pending="Ending…">
            End session<span className="visually-hidden"> of {device.name}</span>
          </SubmitButton>
        </PostForm>
      )}
    </article>
  )
}
