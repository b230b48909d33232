import type { Bench, Target } from '../harness/bench.ts';
import { ratio } from '../harness/ratio.ts';
import { contenders } from './contenders.ts';

const method = `
The orders and the callers of \`embedded-lifecycle\`: every order is placed, paid, shipped and delivered, every tenth
accepted command is sent once more after its answer and must be known again. Orderloom is sent \`POST /v1/commands:batch\`
with 100 or 500 commands, two requests at a time; the peer one command a request over 64 connections, because that is
what a status column and an \`INSERT\` for each command come to. What is answered is durable on both sides. \`sustained\` is
until every view shows it; the peer has no views, no stock, no guard against repeated orders and no deadlines, and keeps
personal data in clear.
`;

const COMMANDS_A_SECOND = 'commands/s';

const times = (size: number): Target => ({
  name: `batches of ${size}, times Fastify + PostgreSQL one a request`,
  at: 'least',
  limit: 5,
  actual: ratio([`orderloom-batches-of-${size}`, 'accepted'], ['fastify-postgresql', 'accepted']),
});

export const httpBatch: Bench = {
  name: 'http-batch',
  method,
  contenders,
  units: {
    accepted: COMMANDS_A_SECOND,
    sustained: COMMANDS_A_SECOND,
    p50: 'ms',
    p99: 'ms',
    commands: 'commands',
  },
  targets: [times(100), times(500)],
  rounds: { ci: 2, full: 5 },
};
