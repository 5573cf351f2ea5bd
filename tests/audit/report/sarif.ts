import type { Report } from './model.ts'

/** The findings in SARIF 2.1.0, for code hosts that show it beside a change. */
export function sarifOf({ checks }: Report): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cloakroom-audit',
            rules: checks.map(({ id, title, rules, area }) => ({
              id,
              shortDescription: { text: title },
              help: { text: `Checked against: ${rules.join('; ')}` },
              properties: { tags: ['security', area, ...rules] },
            })),
          },
        },
        results: checks
          .filter(({ result }) => result === 'falls short')
          .flatMap(({ id, why, findings }) => {
            const faults = why === '' ? [] : [{ subject: 'The check broke off', expected: 'a result', observed: why }]
            return [...findings, ...faults].map(({ subject, expected, observed }) => ({
              ruleId: id,
              level: 'error',
              message: { text: `${subject}: ${observed} instead of ${expected}` },
              locations: [{ physicalLocation: { artifactLocation: { uri: `tests/audit/checks/${id}.ts` } } }],
            }))
          }),
      },
    ],
  }
}
