import { join } from 'node:path';
import { BENCHES } from './benches.ts';
import { serveFastify } from './embedded-lifecycle/fastify-server.ts';
import type { Place } from './harness/bench.ts';
import { runAsPart } from './harness/part.ts';
import type { Report } from './harness/report.ts';
import { writeResults } from './harness/results-file.ts';
import { runBench } from './harness/run-bench.ts';
import { plainReport } from './harness/table.ts';
import { ROOT } from './harness/tree.ts';
import { openFolder } from './open-orders/open-folder.ts';
import { helpText, optionsOf, UsageError, type Options } from './options.ts';

/** One run of one contender, asked for by `runBench` in another process. */
const measure = async (name = '', contender = '', place = ''): Promise<unknown> => {
  const found = BENCHES.get(name)?.contenders.find((candidate) => candidate.name === contender);
  if (!found) throw new UsageError(`${name} has no contender ${contender}`);
  return found.measure(JSON.parse(place) as Place);
};

/** A target was missed at the size that counts, or what was to be measured did not run. */
const hasFailed = ({ bench, only }: Options, { size, results, targets }: Report): boolean => {
  const ours = bench.contenders.filter(
    (contender) => contender.ours && (only?.includes(contender.name) ?? true),
  );
  const broken = ours.some(({ name }) =>
    results.some((result) => result.name === name && result.notMeasured),
  );
  return broken || (size === 'full' && targets.some(({ met }) => met === false));
};

const run = async (options: Options): Promise<number> => {
  const { bench, size, only, json, write } = options;
  const report = await runBench(bench, {
    size,
    only,
    onRun: (contender, round) => {
      process.stderr.write(`round ${round + 1} of ${bench.rounds[size]}: ${contender}\n`);
    },
  });
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : plainReport(report));
  if (write) writeResults(join(ROOT, 'bench', 'RESULTS.md'), bench, report);
  return hasFailed(options, report) ? 1 : 0;
};

const runFromCommandLine = async (args: readonly string[]): Promise<number> => {
  try {
    const options = optionsOf(args, process.env, BENCHES);
    if (options !== undefined) return await run(options);
    process.stdout.write(helpText(BENCHES));
    return 0;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
};

const [command, ...args] = process.argv.slice(2);
if (command === 'measure') await runAsPart(() => measure(...args));
else if (command === 'open-folder') await runAsPart(() => openFolder(args[0]));
else if (command === 'serve-fastify') await runAsPart(() => serveFastify(args[0]));
else {
  // The exit handlers take down what was started.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  process.exitCode = await runFromCommandLine(process.argv.slice(2));
}
