import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What signalling counts. */
export interface SignallingMetrics {
  requests: Counter<'name' | 'code'>
  durations: Histogram<'name'>
  batches: Counter
  events: Counter
}

/** Registers signalling's metrics; the two gauges are asked when they are read. */
export function signallingMetrics(
  registry: Registry,
  count: { meetings: () => number; sockets: () => number },
): SignallingMetrics {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('diemcau_signalling_meetings', 'Calls whose home is here', count.meetings)
  gauge('diemcau_signalling_sockets', 'Pages that are connected', count.sockets)
  return {
    requests: new Counter({
      name: 'diemcau_signalling_requests_total',
      help: 'Requests of pages by name and outcome',
      labelNames: ['name', 'code'],
      registers,
    }),
    durations: new Histogram({
      name: 'diemcau_signalling_request_seconds',
      help: 'How long requests took',
      labelNames: ['name'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    batches: new Counter({
      name: 'diemcau_signalling_event_batches_total',
      help: 'Batches of events that were sent',
      registers,
    }),
    events: new Counter({
      name: 'diemcau_signalling_events_total',
      help: 'Events in those batches',
      registers,
    }),
  }
}
