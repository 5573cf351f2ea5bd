import { t } from '../../i18n/index.ts'
/** Who holds what, in one picture: the browser the ticket, the server the coat, the API nothing but trust in a key. */
export function InspectorFigure() {
  return (
    <svg className="path-figure" viewBox="0 0 480 132" role="img" aria-labelledby="path-figure-title">
      <title id="path-figure-title">
        {t(
          'The browser shows its ticket to the server; the server shows a token, made for one request, to the API. The token never travels to the browser.',
        )}
      </title>
      <path className="path-box" d="M1 12h114v108H1zM183 12h114v108H183zM365 12h114v108H365z" />
      <path className="path-line" d="M121 54h56m-8-6 8 6-8 6M303 54h56m-8-6 8 6-8 6" />
      <path className="path-line path-back" d="M177 84h-56m8-6-8 6 8 6M359 84h-56m8-6-8 6 8 6" />
      <path className="path-ticket" d="M27 66h62v8a6 6 0 0 0 0 12v8H27v-8a6 6 0 0 0 0-12z" />
      <path className="path-coat" d="M240 56l-24 10-8 38h64l-8-38z" />
      <path className="path-seal" d="M408 80l10 10 18-22" />
      <text x="58" y="38">
        {t('Your browser')}
      </text>
      <text x="240" y="38">
        {t('The counter')}
      </text>
      <text x="422" y="38">
        {t('The API')}
      </text>
      <g className="path-small">
        <text x="149" y="44">
          {t('ticket')}
        </text>
        <text x="149" y="106">
          {t('page')}
        </text>
        <text x="331" y="44">
          {t('token')}
        </text>
        <text x="331" y="106">
          {t('data')}
        </text>
      </g>
    </svg>
  )
}
