// node --conditions=@orderloom/source tools/kafka/program.ts OPTIONS: the partition processors of one process, which a
// test kills, stops and lets go on. Prints the partitions that are open whenever they change.
import { openProcessors } from '@orderloom/distributed';
import { exampleOptions, type ProgramOptions } from './options.ts';

const LOOK_MS = 20;
const said = JSON.parse(process.argv[2] ?? '{}') as ProgramOptions;
const processors = await openProcessors({
  ...exampleOptions(said),
  ...(said.mechanisms === undefined ? {} : { mechanisms: said.mechanisms }),
  onProblem: (error) => {
    process.stdout.write(
      `${JSON.stringify({ problem: error instanceof Error ? error.message : 'unknown' })}\n`,
    );
  },
});
let last = '';
setInterval(() => {
  const open = processors.owners.filter(({ isOpen }) => isOpen).map(({ index }) => index);
  const line = JSON.stringify({ open });
  if (line !== last) process.stdout.write(`${line}\n`);
  last = line;
}, LOOK_MS);
process.on('SIGTERM', () => {
  void processors.stop().then(() => process.exit(0));
});
