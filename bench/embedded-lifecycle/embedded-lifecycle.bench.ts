import type { Bench, Target } from '../harness/bench.ts';
import { figure } from '../harness/figure.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const accepted = (name: string, ours: string, theirs: string, limit: number): Target => ({
  name,
  at: 'least',
  limit,
  actual: ratio([ours, 'accepted'], [theirs, 'accepted']),
});

const targets: readonly Target[] = [
  accepted('in process, of the raw group commit', 'orderloom', 'raw-sqlite', 0.3),
  {
    name: 'in process, sustained of accepted',
    at: 'least',
    limit: 0.9,
    actual: ratio(['orderloom', 'sustained'], ['orderloom', 'accepted']),
  },
  accepted('in process, times PostgreSQL', 'orderloom', 'postgresql', 4),
  accepted('in process, times Emmett', 'orderloom', 'emmett-postgresql', 12),
  accepted('over HTTP, times Fastify + PostgreSQL', 'orderloom-http', 'fastify-postgresql', 1.5),
  accepted('over HTTP, of the Fastify no-op', 'orderloom-http', 'fastify-noop', 0.5),
  {
    name: 'over HTTP, p99 at half load, ms',
    at: 'most',
    limit: 25,
    actual: figure('orderloom-http', 'half load p99'),
  },
  {
    name: 'in process, events of one run',
    at: 'least',
    limit: 1_000_000,
    size: 'full',
    actual: figure('orderloom', 'events'),
  },
];

const method = `
Every order is placed, paid, shipped and delivered, with two lines. 64 callers each await the durable answer of their
command before they send the next; every tenth accepted command is sent once more after its answer and must be known
again (the no-op server cannot). One order in ten is placed at the beginning, paid and shipped in the course of the run
and delivered at the end; the others run through at once. Before them go orders that do not count: a fifth as many,
half as many at size \`ci\`.

\`accepted\` = commands that took effect, by the time until the last answer, the repeated ones inside that time.
\`sustained\` = the same commands, by the time until every view shows them. p50 and p99 are from sending to the answer.
\`half load\` is an open loop at half of the accepted rate of the same run; its latencies are counted from the instant at
which a command was to be sent. Orders stand one behind the other there, so that each act is as often as each other at any
time, as it is on average in the run that gave the rate: acts do not cost the same. Events that one command brings about in
other streams (stock) are in \`events\` only.

Every run has a process and an empty folder or database of its own; every process has the flags of Node that an engine is
started with (docs/reference/configuration.md), also those of the peers. The runs of one round follow one another, and each
round begins with another contender; a target is asked in each round by itself, the figure shown is the median. A limit
that lies between the least and the greatest of the rounds is _not decidable_. Each contender keeps the whole of each
command (personal data in clear, except Orderloom, which seals it); only Orderloom keeps stock, guards, deadlines and views.
`;

const COMMANDS_A_SECOND = 'commands/s';
const US_A_COMMAND = 'us/command';

export const embeddedLifecycle: Bench = {
  name: 'embedded-lifecycle',
  method,
  contenders,
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
