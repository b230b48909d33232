import { parkedStreamsOf, type Engine, type ParkedGroups } from '@orderloom/engine';
import { Gauge, type Registry } from 'prom-client';

/** What is given up is looked at no oftener than this, ms. */
const GIVEN_UP_EVERY_MS = 10_000;
/** On Kafka what is parked is read from a topic as a whole: no oftener than this, ms. */
const PARKED_EVERY_MS = 60_000;
const PAGE = 200;
/** Pages of a tenant that are counted: with more than that the number says nothing new. */
const PAGES = 5;

/** Where nobody can say how many there are, that is said, and not that there are none. */
const UNKNOWN = NaN;

type Waiting = Pick<Engine, 'tenants' | 'list'>;

const givenUpOf = async (engine: Waiting, tenant: string): Promise<number> => {
  let count = 0;
  let before: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { documents, next } = await engine.list('effect', tenant, 'status:given-up', before, PAGE);
    count += documents.length;
    if (next === null) break;
    before = next;
  }
  return count;
};

const givenUp = async (engine: Waiting): Promise<number> => {
  let count = 0;
  for (const tenant of engine.tenants()) count += await givenUpOf(engine, tenant);
  return count;
};

const parkedStreams = async (engine: Waiting, groups: ParkedGroups): Promise<number> => {
  const parked = await groups.parked();
  return engine.tenants().flatMap((tenant) => parkedStreamsOf(parked, tenant)).length;
};

type Parts = { readonly parked: ParkedGroups | undefined; readonly clock: () => number };

/** Gauges of what waits for an operator. */
export const waitingMetrics = (engine: Waiting, registry: Registry, { parked, clock }: Parts): void => {
  const gauge = (name: string, help: string, everyMs: number, read: () => Promise<number>): void => {
    let readAt = -Infinity;
    new Gauge({
      ...{ name, help, registers: [registry] },
      async collect() {
        if (clock() < readAt + everyMs) return;
        readAt = clock();
        this.set(await read().catch(() => UNKNOWN));
      },
    });
  };
  gauge(
    'orderloom_effects_given_up',
    'Calls to the outside that were given up and wait for somebody',
    GIVEN_UP_EVERY_MS,
    () => givenUp(engine),
  );
  if (parked !== undefined)
    gauge(
      'orderloom_streams_parked',
      'Streams of which groups of consumers have parked something',
      PARKED_EVERY_MS,
      () => parkedStreams(engine, parked),
    );
};
