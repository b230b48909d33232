import { freshDatabase } from '../postgres/database.ts';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { measureClosedLoop, type Drive } from '../load/measure.ts';
import { openLoop } from '../load/open-loop.ts';
import type { Subject } from '../load/subject.ts';

const IN_FLIGHT = 64;

type BySize = Readonly<Record<Size, number>>;

/** Part of the orders that is sent before those that count: with 5,000 commands V8 still compiled much of what then counted. */
const WARM_UP: BySize = { ci: 0.5, full: 0.2 };

/** About ten seconds of each contender at full size. */
const driveOf = (orders: BySize, size: Size): Drive => ({
  warmUp: Math.ceil(orders[size] * WARM_UP[size]),
  orders: orders[size],
  inFlight: IN_FLIGHT,
});

/** Closes the subject in any case. */
const using = async (
  subject: Subject,
  measure: (subject: Subject) => Promise<Measurement>,
): Promise<Measurement> => {
  try {
    return await measure(subject);
  } finally {
    await subject.close();
  }
};

const databaseAt = ({ postgresUrl }: Place): Promise<string> => {
  if (postgresUrl === null) throw new Error('there is no PostgreSQL');
  return freshDatabase(postgresUrl, 'bench');
};

const rawSqliteContender: Contender = {
  name: 'raw-sqlite',
  about:
    'node:sqlite alone: WAL, synchronous=FULL, group commit, one JSON row an event, keys and state in memory',
  measure: async ({ folder, size }) => {
    const { rawSqlite } = await import('./raw-sqlite.ts');
    const drive = driveOf({ ci: 4000, full: 250_000 }, size);
    return using(rawSqlite(folder), (subject) => measureClosedLoop(subject, drive));
  },
};

const orderloomContender: Contender = {
  name: 'orderloom',
  ours: true,
  about:
    'Orderloom in process: validation and sealing of each command in the timed loop, stock tracked, all views',
  measure: async ({ folder, size }) => {
    const { orderloom } = await import('./orderloom.ts');
    const { subject, begin, figures } = await orderloom(folder);
    const drive = { ...driveOf({ ci: 2000, full: 125_000 }, size), onWarm: begin };
    return using(subject, async () => {
      const measured = await measureClosedLoop(subject, drive);
      return { ...measured, ...figures(measured['commands'] ?? 0) };
    });
  },
};

const postgresContender: Contender = {
  name: 'postgresql',
  about:
    'PostgreSQL as initdb makes it, in process over a pool of 20: status row and event in one statement a command',
  needs: 'postgres',
  measure: async (place) => {
    const { postgresOrders } = await import('./postgres-orders.ts');
    const drive = driveOf({ ci: 500, full: 20_000 }, place.size);
    return using(await postgresOrders(await databaseAt(place)), (subject) =>
      measureClosedLoop(subject, drive),
    );
  },
};

const emmettContender: Contender = {
  name: 'emmett-postgresql',
  about:
    "Emmett's DeciderCommandHandler on its PostgreSQL event store, in process over a pool of 20, no projection",
  needs: 'postgres',
  measure: async (place) => {
    const { emmettOrders } = await import('./emmett-orders.ts');
    const drive = driveOf({ ci: 300, full: 5000 }, place.size);
    return using(await emmettOrders(await databaseAt(place)), (subject) => measureClosedLoop(subject, drive));
  },
};

const fastifyContender: Contender = {
  name: 'fastify-noop',
  about:
    'Fastify with a handler that reads the JSON body and answers; client in its own process, 64 connections',
  measure: async ({ size }) => {
    const { fastifyOrders } = await import('./fastify-client.ts');
    const drive = { ...driveOf({ ci: 1000, full: 25_000 }, size), knowsDuplicates: false };
    return using(await fastifyOrders(null, IN_FLIGHT), (subject) => measureClosedLoop(subject, drive));
  },
};

export const fastifyPostgresContender: Contender = {
  name: 'fastify-postgresql',
  about:
    'Fastify over PostgreSQL as initdb makes it, a pool of 20: status row and event in one statement a command; 64 connections',
  needs: 'postgres',
  measure: async (place) => {
    const { fastifyOrders } = await import('./fastify-client.ts');
    const drive = driveOf({ ci: 500, full: 10_000 }, place.size);
    return using(await fastifyOrders(await databaseAt(place), IN_FLIGHT), (subject) =>
      measureClosedLoop(subject, drive),
    );
  },
};

const OPEN_LOOP_SECONDS: BySize = { ci: 2, full: 15 };

const orderloomHttpContender: Contender = {
  name: 'orderloom-http',
  ours: true,
  about: "Orderloom's own server, one command a request; client in its own process, 64 connections",
  measure: async ({ folder, size }) => {
    const { orderloomHttp } = await import('./orderloom-http.ts');
    const drive = driveOf({ ci: 500, full: 25_000 }, size);
    return using(await orderloomHttp(folder, IN_FLIGHT), async (subject) => {
      const measured = await measureClosedLoop(subject, drive);
      const rate = (measured['accepted'] ?? 0) / 2;
      const first = drive.warmUp + drive.orders;
      const half = await openLoop(subject.send, {
        first,
        rate,
        seconds: OPEN_LOOP_SECONDS[size],
        pause: 0.5,
      });
      return { ...measured, 'half load': rate, 'half load p50': half.p50, 'half load p99': half.p99 };
    });
  },
};

/** Each loads its own code only: every run has a process of its own. */
export const contenders: readonly Contender[] = [
  rawSqliteContender,
  orderloomContender,
  postgresContender,
  emmettContender,
  fastifyContender,
  fastifyPostgresContender,
  orderloomHttpContender,
];
