// npm run kafka:native: the second Kafka client, built from its pinned sources and linked to where Node finds it.
import { librdkafka } from './librdkafka.ts';

try {
  process.stdout.write(`${await librdkafka()}\n`);
} catch (error) {
  process.stderr.write(`kafka:native: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
