// A consumer in a process of its own, for tests that kill it: node redriving-consumer.js URL GROUP FILE [fails]
// It writes the id of each event that it has handled into the file, which is its effect.
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@orderloom/client';

const [url = '', group = '', file = '', mode] = process.argv.slice(2);
const SLOW_MS = 5;

const client = await connect({ http: { url } });
await client.consume(
  group,
  async ({ id }) => {
    if (mode === 'fails') throw new RangeError();
    await pause(SLOW_MS);
    appendFileSync(file, `${id}\n`);
  },
  { attempts: 1, firstPauseMs: 1, workers: 4, onProblem: () => undefined },
);
