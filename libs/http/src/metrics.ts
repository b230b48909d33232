import type { Engine, EngineFigures } from '@orderloom/engine';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Counts one answered request. Labels are bounded: the route's pattern, never the address. */
export type RequestMetrics = (method: string, route: string, status: number, seconds: number) => void;

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

type Read = (figures: EngineFigures) => number;

const COUNTERS: readonly (readonly [string, string, Read])[] = [
  ['orderloom_events_total', 'Events appended since the start', (f) => f.events],
  ['orderloom_groups_total', 'Groups committed since the start', (f) => f.groups],
  ['orderloom_deadlines_fired_total', 'Deadlines that took effect since the start', (f) => f.deadlinesFired],
  ['orderloom_decide_seconds_total', 'Time spent deciding', (f) => f.decideMs / 1000],
  ['orderloom_commit_seconds_total', 'Time spent committing', (f) => f.commitMs / 1000],
];

const GAUGES: readonly (readonly [string, string, Read])[] = [
  ['orderloom_streams', 'Streams that commands can be sent to', (f) => f.streams],
  [
    'orderloom_streams_set_aside',
    'Streams whose state is read back when it is needed',
    (f) => f.streamsSetAside,
  ],
  ['orderloom_deadlines_pending', 'Deadlines that wait', (f) => f.deadlinesPending],
  ['orderloom_streams_quarantined', 'Streams whose history cannot be folded', (f) => f.quarantined],
  ['orderloom_view_lag_events', 'Events that the views do not show yet', (f) => f.lag],
];

const engineMetrics = (engine: Engine, registers: Registry[]): void => {
  for (const [name, help, read] of COUNTERS) {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read(engine.figures()));
    };
    new Counter({ name, help, registers, collect });
  }
  for (const [name, help, read] of GAUGES) {
    const collect = function (this: Gauge): void {
      this.set(read(engine.figures()));
    };
    new Gauge({ name, help, registers, collect });
  }
  new Counter({
    name: 'orderloom_commands_total',
    help: 'Commands answered since the start, by outcome',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(engine.figures().commands)) this.inc({ outcome }, count);
    },
  });
  new Gauge({
    name: 'orderloom_deadline_lateness_seconds',
    help: 'Lateness of the last 10,000 deadlines; quantile 1 is the worst',
    labelNames: ['quantile'],
    registers,
    collect() {
      const { lateness } = engine.figures();
      this.set({ quantile: '0.5' }, lateness.p50 / 1000);
      this.set({ quantile: '0.99' }, lateness.p99 / 1000);
      this.set({ quantile: '1' }, lateness.max / 1000);
    },
  });
  new Gauge({
    name: 'orderloom_view_lag_seconds',
    help: 'Age of what the views show',
    registers,
    collect() {
      this.set(engine.asOf().lagMs / 1000);
    },
  });
};

const cacheMetrics = (cacheReads: () => Readonly<Record<string, number>>, registers: Registry[]): void => {
  new Counter({
    name: 'orderloom_cache_reads_total',
    help: 'Documents read since the start, by how the hot cache answered',
    labelNames: ['path'],
    registers,
    collect() {
      this.reset();
      for (const [path, count] of Object.entries(cacheReads())) this.inc({ path }, count);
    },
  });
};

const alarmMetrics = (alarms: () => Readonly<Record<string, number>>, registers: Registry[]): void => {
  new Counter({
    name: 'orderloom_alarms_total',
    help: 'What an operator has to look at, since the start',
    labelNames: ['alarm'],
    registers,
    collect() {
      this.reset();
      for (const [alarm, count] of Object.entries(alarms())) this.inc({ alarm }, count);
    },
  });
};

/** Counts one message of a provider. */
export type CountCallback = (outcome: string) => void;

export const callbackMetrics = (registry: Registry): CountCallback => {
  const callbacks = new Counter({
    name: 'orderloom_callbacks_total',
    help: 'Messages that payment providers have called back, by what came of them',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return (outcome) => callbacks.inc({ outcome });
};

/** How often one thing was said by hooks, and how long it was waited for. */
export type HookCount = {
  readonly before: string;
  readonly verdict: string;
  readonly by: string;
  readonly count: number;
  readonly seconds: number;
};

const hookMetrics = (verdicts: () => readonly HookCount[], registers: Registry[]): void => {
  const labelNames = ['before', 'verdict', 'by'];
  new Counter({
    name: 'orderloom_hook_verdicts_total',
    help: 'Verdicts of hooks since the start, by what they were and whose',
    ...{ labelNames, registers },
    collect() {
      this.reset();
      for (const { count, before, verdict, by } of verdicts()) this.inc({ before, verdict, by }, count);
    },
  });
  new Counter({
    name: 'orderloom_hook_seconds_total',
    help: 'Time that was waited for verdicts of hooks',
    ...{ labelNames, registers },
    collect() {
      this.reset();
      for (const { seconds, before, verdict, by } of verdicts()) this.inc({ before, verdict, by }, seconds);
    },
  });
};

/** What the edge itself counts. */
type EdgeFigures = {
  readonly eventReaders: () => number;
  /** Left out: there is no hot cache. */
  readonly cacheReads: (() => Readonly<Record<string, number>>) | undefined;
  /** Left out: nobody is asked. */
  readonly verdicts: (() => readonly HookCount[]) | undefined;
  /** Left out: nobody counts them. */
  readonly alarms: (() => Readonly<Record<string, number>>) | undefined;
};

/** Registers the engine's figures, read when they are scraped, and a histogram of requests. */
export const edgeMetrics = (
  engine: Engine,
  registry: Registry,
  { eventReaders, cacheReads, verdicts, alarms }: EdgeFigures,
): RequestMetrics => {
  engineMetrics(engine, [registry]);
  if (alarms !== undefined) alarmMetrics(alarms, [registry]);
  if (cacheReads !== undefined) cacheMetrics(cacheReads, [registry]);
  if (verdicts !== undefined) hookMetrics(verdicts, [registry]);
  new Gauge({
    name: 'orderloom_event_readers',
    help: 'Readers of live events',
    registers: [registry],
    collect() {
      this.set(eventReaders());
    },
  });
  const durations = new Histogram({
    name: 'orderloom_http_request_duration_seconds',
    help: 'Time from the request head to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return (method, route, status, seconds) => {
    durations.observe({ method, route, status: String(status) }, seconds);
  };
};
