import { arrivalsOf, type Arrivals } from './arrivals.ts';
import { signedCursors, type Cursors } from './cursor.ts';
import { Readers } from './events/readers.ts';
import { Leases } from './groups/leases.ts';
import { callbackMetrics, type CountCallback } from './metrics.ts';
import { openApiOf } from './open-api.ts';
import type { HttpOptions } from './options.ts';

/** Whether the event log took the last command. */
type Health = { logFailedAt: number | null; stopping: boolean };

/** What the controllers are given: the options, and what is made of them once. */
export type Edge = HttpOptions & {
  readonly cursors: Cursors;
  readonly arrivals: Arrivals;
  /** Who listens to live events. */
  readonly readers: Readers;
  /** Who reads for groups of consumers. */
  readonly leases: Leases;
  readonly health: Health;
  readonly countCallback: CountCallback;
  /** The OpenAPI document as JSON text. */
  readonly openApi: string;
};

export const edgeOf = (options: HttpOptions): Edge => ({
  ...options,
  cursors: signedCursors(options.cursorKey),
  arrivals: arrivalsOf(
    () => options.engine.inputArriving(),
    () => performance.now(),
  ),
  readers: new Readers(),
  leases: new Leases(),
  health: { logFailedAt: null, stopping: false },
  countCallback: options.callbacks === undefined ? () => undefined : callbackMetrics(options.metrics),
  openApi: JSON.stringify(openApiOf(options)),
});

/** Injection token of the one provider. */
export const EDGE = Symbol('Orderloom edge');
