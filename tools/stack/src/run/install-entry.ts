// node install-entry.ts: brings what every server needs that can be had here, before a test waits for one with its own
// clock running. What goes wrong is said; the suites find out for themselves.
import { librdkafka, librdkafkaObstacle } from '../install/librdkafka.ts';
import { obstacleTo, SERVER_NAMES } from '../servers/servers.ts';
import { installServer } from '../servers/start-server.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const names = SERVER_NAMES.filter((name) => obstacleTo(name) === undefined);
const outcomes = await Promise.allSettled([
  ...names.map((name) => installServer(name, (step) => say(`${name}: ${step} ...`))),
  ...(librdkafkaObstacle() === undefined ? [librdkafka()] : []),
]);
for (const outcome of outcomes) if (outcome.status === 'rejected') say(String(outcome.reason));
