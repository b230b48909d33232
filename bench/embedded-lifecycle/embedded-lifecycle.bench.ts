import { freshDatabase } from '../postgres/database.ts';
import type { Bench, Contender, Measurement, Place, Round, Size, Target } from '../harness/bench.ts';
import { measureClosedLoop, type Drive } from '../load/measure.ts';
import { openLoop } from '../load/open-loop.ts';
import type { Subject } from '../load/subject.ts';

const IN_FLIGHT = 64;

/** Orders of one run: ten seconds or so of each contender at full size. */
type Orders = Readonly<Record<Size, number>>;

const driveOf = (orders: Orders, size: Size): Drive => ({
  warmUp: Math.ceil(orders[size] / 20),
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
  about: 'node:sqlite alone: WAL, synchronous=FULL, group commit, one JSON row an event, keys and state in memory',
  measure: async ({ folder, size }) => {
    const { rawSqlite } = await import('./raw-sqlite.ts');
    const drive = driveOf({ ci: 4000, full: 250_000 }, size);
    return using(rawSqlite(folder), (subject) => measureClosedLoop(subject, drive));
  },
};

const orderloomContender: Contender = {
  name: 'orderloom',
  about: 'Orderloom in process: validation and sealing of each command in the timed loop, stock tracked, all views',
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
  about: 'PostgreSQL as initdb makes it, in process over a pool of 20: status row and event in one statement a command',
  needs: 'postgres',
  measure: async (place) => {
    const { postgresOrders } = await import('./postgres-orders.ts');
    const drive = driveOf({ ci: 500, full: 20_000 }, place.size);
    return using(await postgresOrders(await databaseAt(place)), (subject) => measureClosedLoop(subject, drive));
  },
};

const emmettContender: Contender = {
  name: 'emmett-postgresql',
  about: "Emmett's DeciderCommandHandler on its PostgreSQL event store, in process over a pool of 20, no projection",
  needs: 'postgres',
  measure: async (place) => {
    const { emmettOrders } = await import('./emmett-orders.ts');
    const drive = driveOf({ ci: 300, full: 5000 }, place.size);
    return using(await emmettOrders(await databaseAt(place)), (subject) => measureClosedLoop(subject, drive));
  },
};

const fastifyContender: Contender = {
  name: 'fastify-noop',
  about: 'Fastify with a handler that reads the JSON body and answers; client in its own process, 64 connections',
  measure: async ({ size }) => {
    const { fastifyOrders } = await import('./fastify-client.ts');
    const drive = { ...driveOf({ ci: 1000, full: 25_000 }, size), knowsDuplicates: false };
    return using(await fastifyOrders(null, IN_FLIGHT), (subject) => measureClosedLoop(subject, drive));
  },
};

const fastifyPostgresContender: Contender = {
  name: 'fastify-postgresql',
  about: 'the same server over the PostgreSQL store above',
  needs: 'postgres',
  measure: async (place) => {
    const { fastifyOrders } = await import('./fastify-client.ts');
    const drive = driveOf({ ci: 500, full: 10_000 }, place.size);
    return using(await fastifyOrders(await databaseAt(place), IN_FLIGHT), (subject) =>
      measureClosedLoop(subject, drive),
    );
  },
};

const OPEN_LOOP_SECONDS: Orders = { ci: 2, full: 15 };

const orderloomHttpContender: Contender = {
  name: 'orderloom-http',
  about: "Orderloom's own server, one command a request; client in its own process, 64 connections",
  measure: async ({ folder, size }) => {
    const { orderloomHttp } = await import('./orderloom-http.ts');
    const drive = driveOf({ ci: 500, full: 15_000 }, size);
    return using(await orderloomHttp(folder, IN_FLIGHT), async (subject) => {
      const measured = await measureClosedLoop(subject, drive);
      const rate = (measured['accepted'] ?? 0) / 2;
      const first = drive.warmUp + drive.orders;
      const half = await openLoop(subject.send, { first, rate, seconds: OPEN_LOOP_SECONDS[size], pause: 0.5 });
      return { ...measured, 'half load': rate, 'half load p50': half.p50, 'half load p99': half.p99 };
    });
  },
};

/** One figure of one contender. */
const at = (round: Round, contender: string, figure: string): number | undefined => round[contender]?.[figure];

const ratio = (over: number | undefined, under: number | undefined): number | undefined =>
  over === undefined || under === undefined ? undefined : over / under;

const accepted = (name: string, ours: string, theirs: string, limit: number): Target => ({
  name,
  at: 'least',
  limit,
  actual: (round) => ratio(at(round, ours, 'accepted'), at(round, theirs, 'accepted')),
});

const targets: readonly Target[] = [
  accepted('in process, of the raw group commit', 'orderloom', 'raw-sqlite', 0.3),
  {
    name: 'in process, sustained of accepted',
    at: 'least',
    limit: 0.9,
    actual: (round) => ratio(at(round, 'orderloom', 'sustained'), at(round, 'orderloom', 'accepted')),
  },
  accepted('in process, times PostgreSQL', 'orderloom', 'postgresql', 4),
  accepted('in process, times Emmett', 'orderloom', 'emmett-postgresql', 12),
  accepted('over HTTP, times Fastify + PostgreSQL', 'orderloom-http', 'fastify-postgresql', 1.5),
  accepted('over HTTP, of the Fastify no-op', 'orderloom-http', 'fastify-noop', 0.5),
  {
    name: 'over HTTP, p99 at half load, ms',
    at: 'most',
    limit: 25,
    actual: (round) => at(round, 'orderloom-http', 'half load p99'),
  },
  {
    name: 'in process, events of one run',
    at: 'least',
    limit: 1_000_000,
    size: 'full',
    actual: (round) => at(round, 'orderloom', 'events'),
  },
];

const method = `
Every order is placed, paid, shipped and delivered, with two lines. 64 callers each await the durable answer of their
command before they send the next; every tenth accepted command is sent once more after its answer and must be known
again (the no-op server cannot). One order in ten is placed at the beginning, paid and shipped in the course of the run
and delivered at the end; the others run through at once. The first twentieth of the orders does not count.

\`accepted\` = commands that took effect, by the time until the last answer, the repeated ones inside that time.
\`sustained\` = the same commands, by the time until every view shows them. p50 and p99 are from sending to the answer.
\`half load\` is an open loop at half of the accepted rate of the same run; its latencies are counted from the instant at
which a command was to be sent. Events that one command brings about in other streams (stock) are in \`events\` only.

Every run has a process and an empty folder or database of its own. The runs of one round follow one another, and each
round begins with another contender; a target is asked in each round by itself, the figure shown is the median. A limit
that lies between the least and the greatest of the rounds is *not decidable*. Each contender keeps the whole of each
command (personal data in clear, except Orderloom, which seals it); only Orderloom keeps stock, guards, deadlines and views.
`;

const COMMANDS_A_SECOND = 'commands/s';
const US_A_COMMAND = 'us/command';

export const embeddedLifecycle: Bench = {
  name: 'embedded-lifecycle',
  method,
  contenders: [
    rawSqliteContender,
    orderloomContender,
    postgresContender,
    emmettContender,
    fastifyContender,
    fastifyPostgresContender,
    orderloomHttpContender,
  ],
  units: {
    accepted: COMMANDS_A_SECOND,
    sustained: COMMANDS_A_SECOND,
    p50: 'ms',
    p99: 'ms',
    'half load': COMMANDS_A_SECOND,
    'half load p50': 'ms',
    'half load p99': 'ms',
    commands: 'commands',
    events: 'events',
    'events per command': 'events',
    'commands per group': 'commands',
    'main thread': US_A_COMMAND,
    deciding: US_A_COMMAND,
    committing: US_A_COMMAND,
    'views thread': US_A_COMMAND,
  },
  targets,
  rounds: { ci: 2, full: 5 },
};
