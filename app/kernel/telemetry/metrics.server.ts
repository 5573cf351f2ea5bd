import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What this process counts. Every label has few values: nothing that a visitor sends becomes one. */
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const registers = [registry]

export const metrics = {
  requests: new Counter({
    name: 'cloakroom_requests_total',
    help: 'Requests answered, by pattern of the route',
    labelNames: ['route', 'method', 'status'] as const,
    registers,
  }),
  requestSeconds: new Histogram({
    name: 'cloakroom_request_duration_seconds',
    help: 'From the head of a request to the end of its response',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers,
  }),
  presentations: new Counter({
    name: 'cloakroom_refresh_verdicts_total',
    help: 'Refresh tokens presented, by answer: accepted, or why they were refused',
    labelNames: ['verdict'] as const,
    registers,
  }),
  deviceProofs: new Counter({
    name: 'cloakroom_device_proofs_total',
    help: 'Uses of the keys of bound sessions: accepted, asked for, refused',
    labelNames: ['outcome'] as const,
    registers,
  }),
  events: new Counter({
    name: 'cloakroom_security_events_total',
    help: 'Security events, by type: rotations, stragglers, reuse and all others',
    labelNames: ['type', 'outcome'] as const,
    registers,
  }),
  passwordsWaiting: new Gauge({
    name: 'cloakroom_passwords_waiting',
    help: 'Passwords that wait for their turn to be hashed',
    registers,
  }),
  storeSeconds: new Histogram({
    name: 'cloakroom_store_duration_seconds',
    help: 'What the issuer waits for the store, by statement or transaction',
    buckets: [0.0001, 0.0005, 0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
  }),
  sessionsAlive: new Gauge({
    name: 'cloakroom_sessions_alive',
    help: 'Sessions that are neither over nor ended, as last counted; of many, an estimate',
    // One of several workers counts them.
    aggregator: 'max',
    registers,
  }),
  processes: new Gauge({
    name: 'cloakroom_processes',
    help: 'Processes that serve on this port',
    registers,
  }),
  rowsRemoved: new Counter({
    name: 'cloakroom_rows_removed_total',
    help: 'Dead rows that were removed, by table',
    labelNames: ['table'] as const,
    registers,
  }),
}

metrics.processes.set(1)

/** What a process has counted, as it tells another one. */
export type MetricReport = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** What this process has counted so far, in Prometheus' text format. */
export async function printOwnMetrics(): Promise<{ text: string; type: string }> {
  return { text: await registry.metrics(), type: registry.contentType }
}

/** What this process has counted so far. */
export function reportMetrics(): Promise<MetricReport> {
  return registry.getMetricsAsJSON()
}

/** Reports of several processes as one: most figures are added, some (a process's start) left out. */
export function addReports(reports: readonly MetricReport[]): Promise<MetricReport> {
  return sum(reports).getMetricsAsJSON()
}

/** Reports of several processes as one, in Prometheus' text format. */
export async function printReports(reports: readonly MetricReport[]): Promise<{ text: string; type: string }> {
  const all = sum(reports)
  return { text: await all.metrics(), type: all.contentType }
}

const sum = (reports: readonly MetricReport[]) => AggregatorRegistry.aggregate(reports as MetricReport[])
