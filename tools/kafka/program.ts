// node --conditions=@orderloom/source tools/kafka/program.ts OPTIONS: the partition processors of one process, which a
// test kills, stops and lets go on. Prints the partitions that are open, and those it stands by for, whenever they change.
import { kafkaClient } from '@orderloom/kafka';
import { hurtProducers } from './hurt-producers.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { processorsWith } from './processors-with.ts';

const LOOK_MS = 20;
const said = JSON.parse(process.argv[2] ?? '{}') as ProgramOptions;
const { kafka, hurt } = hurtProducers(kafkaClient(exampleOptions(said).cluster), said.transactionTimeoutMs);
const processors = await processorsWith(kafka, said, (error) => {
  process.stdout.write(
    `${JSON.stringify({ problem: error instanceof Error ? error.message : 'unknown' })}\n`,
  );
});
let last = '';
setInterval(() => {
  const indexes = (of: (owner: (typeof processors.owners)[0]) => boolean): number[] =>
    processors.owners.filter(of).map(({ index }) => index);
  const line = JSON.stringify({
    open: indexes(({ isOpen }) => isOpen),
    standsBy: indexes(({ standsBy }) => standsBy),
  });
  if (line !== last) process.stdout.write(`${line}\n`);
  last = line;
}, LOOK_MS);
// Stops in the middle of the next transaction that answers somebody and writes to other partitions.
process.on('SIGUSR2', () => void hurt('answers and inner records sent', 'frozen'));
process.on('SIGTERM', () => {
  void processors.stop().then(() => process.exit(0));
});
