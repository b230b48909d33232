// A consumer in a process of its own, for tests that kill it: node redriving-consumer.js URL GROUP FILE [EVENTS]
// It writes the id of each event that it has handled into the file, which is its effect. After EVENTS of them it hangs in
// the next ones until it is killed, so that it is always killed in the middle; with 0 it fails at every event instead.
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@orderloom/client';

const [url = '', group = '', file = '', events = 'Infinity'] = process.argv.slice(2);
const limit = Number(events);
const SLOW_MS = 5;

let begun = 0;
const client = await connect({ http: { url } });
await client.consume(
  group,
  async ({ id }) => {
    if (limit === 0) throw new RangeError();
    if (++begun > limit) await new Promise(() => undefined);
    await pause(SLOW_MS);
    appendFileSync(file, `${id}\n`);
  },
  { attempts: 1, firstPauseMs: 1, workers: 4, onProblem: () => undefined },
);
