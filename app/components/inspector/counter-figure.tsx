import { t } from '../../i18n/index.ts'
/** The idea in one picture: the coat hangs behind the counter, the ticket with its number goes with you. */
export function CounterFigure() {
  return (
    <svg className="figure" viewBox="0 0 360 280" role="img" aria-labelledby="counter-figure-title">
      <title id="counter-figure-title">
        {t('A coat with the number 217 hangs behind a counter; the ticket with the same number lies on it.')}
      </title>
      <path className="figure-rail" d="M30 34h300" />
      <path className="figure-line" d="M70 34v12m40-12v12m172-12v12m34-12v12" />
      <path className="figure-ghost" d="M70 46 46 64l-8 120h64l-8-120Zm40 0-6 12 6 126h24l-4-116Z" />
      <path className="figure-ghost" d="m282 46-24 18-2 120h52l-2-120Zm34 0-6 10 4 128h18l-2-112Z" />
      <path className="figure-line" d="M190 34v8a9 9 0 1 1-9 9m9 9v8" />
      <path className="figure-coat" d="M190 66 152 88l-14 116h104L228 88Z" />
      <path className="figure-seam" d="m176 76 14 24 14-24M190 100v104M160 150h14m32 0h14" />
      <path className="figure-tag-string" d="m204 96 22 22" />
      <g className="figure-tag">
        <rect x="214" y="114" width="40" height="24" rx="3" />
        <path className="figure-number" d="M222 122a3 3 0 0 1 6 0c0 3-6 5-6 8h6m4-8 2.5-3v11m5-11h6l-3.5 11" />
      </g>
      <path className="figure-counter" d="M10 204h340v14H10Z" />
      <path className="figure-front" d="M22 218h316v62H22Z" />
      <path className="figure-panel" d="M40 232h80v34H40Zm100 0h80v34h-80Zm100 0h80v34h-80Z" />
      <g className="figure-ticket">
        <path d="M30 160h100a4 4 0 0 1 4 4v9a8 8 0 0 0 0 16v9a4 4 0 0 1-4 4H30a4 4 0 0 1-4-4v-9a8 8 0 0 0 0-16v-9a4 4 0 0 1 4-4Z" />
        <path className="figure-perforation" d="M58 165v32" />
        <path className="figure-number" d="M69 175a6 6 0 0 1 12 0c0 6-12 9-12 15h12m8-15 5-6v21m11-21h12l-7 21" />
      </g>
    </svg>
  )
}
