import { t } from '../../i18n/index.ts'

type BarPlotProps = {
  id: string
  title: string
  /** In the order of time. */
  values: readonly number[]
  /** What the first and the last bar stand for. */
  from: string
  until: string
  look: 'good' | 'bad' | 'plain'
}

const width = 300
const height = 80

/** A small plot, drawn on the server without styles of its own. The numbers stand in a table beside it. */
export function BarPlot({ id, title, values, from, until, look }: BarPlotProps) {
  const highest = Math.max(...values, 1)
  const step = width / Math.max(values.length, 1)
  const total = values.reduce((sum, value) => sum + value, 0)
  const words = t('{title}: at most {most} in a step, {last} in the last one.', {
    title,
    most: Math.max(...values, 0),
    last: values.at(-1) ?? 0,
  })
  return (
    <figure className="card plot">
      <figcaption id={`${id}-title`}>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words} preserveAspectRatio="none">
        <path className="plot-line" d={`M0 ${height - 0.5}H${width}`} />
        {values.map((value, index) => {
          const tall = (value / highest) * (height - 4)
          return value === 0 ? null : (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              key={index}
              className={`plot-bar plot-bar-${look}`}
              x={index * step + step * 0.1}
              y={height - tall}
              width={step * 0.8}
              height={tall}
            />
          )
        })}
      </svg>
      <p className="plot-scale">
        <span>{from}</span>{' '}
        <span>{total === 0 ? t('nothing') : t('highest {most}', { most: Math.max(...values) })}</span>{' '}
        <span>{until}</span>
      </p>
    </figure>
  )
}
