// Runs the commands of a page in the order in which they stand there, and compares what the page shows of their output. A … at
// the end of a line stands for the rest of it, and one alone for any lines.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

export type ShownCommand = {
  /** One line or several, without the `npx` in front. */
  readonly command: string;
  /** What the page shows of its output; `undefined`: nothing. */
  readonly shown: string | undefined;
};

const root = join(import.meta.dirname, '../..');
const CLI = join(root, 'apps/cli/dist/main.js');
const WITHIN_MS = 30_000;
/** Views are a moment behind the log: these are asked again until they show what came before. */
const READS = /^orderloom (search|show|history|explain|trace|ledger|reconciliations|work list) /;
/** What is another each time, where the clock is live: ids of orders, and instants. */
const EACH_TIME = /\b[0-9a-z]{21}\b|\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z/g;
/** How a command that fails begins what it says. */
const FAILS = 'orderloom: ';

/** Every command of a page of this folder. */
export const commandsIn = (page: string): readonly ShownCommand[] =>
  [
    ...readFileSync(join(import.meta.dirname, page), 'utf8').matchAll(
      /^```sh\nnpx ([^`]*)\n```\n(?:\n```text\n(.*?)\n^```$)?/gms,
    ),
  ].map(([, command = '', shown]) => ({ command, shown }));

export type PlaceToRun = {
  /** The data folder that the commands mean. */
  readonly folder: string;
  /** Shell variables of the page. One that has any was shown with the ids and instants of another run. */
  readonly variables?: Readonly<Record<string, string>>;
};

type Ran = { readonly succeeded: boolean; readonly output: string };

const execute = (command: string, { folder, variables }: PlaceToRun): Ran => {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('ORDERLOOM_'));
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-uc', `orderloom() { '${process.execPath}' '${CLI}' "$@"; }; ${command}`],
    {
      ...{ cwd: root, encoding: 'utf8' },
      env: { ...Object.fromEntries(kept), ...variables, ORDERLOOM_DATA: folder },
    },
  );
  return { succeeded: status === 0, output: stdout + stderr };
};

/** Runs a command, and gives what it said. Throws where it fails. */
export const runCommand = (command: string, place: PlaceToRun): string => {
  const { succeeded, output } = execute(command, place);
  if (!succeeded) throw new Error(output);
  return output;
};

/** What the page shows, as a pattern of the whole output. */
const patternOf = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .split('\n')
      .map((line) =>
        line === '…'
          ? '(?:.*\n)*?'
          : `${line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/…$/, '.*')}\n`,
      )
      .join('')}$`,
  );

/** Runs a command and expects what the page shows of it, refusals included. */
export const expectShown = ({ command, shown = '' }: ShownCommand, place: PlaceToRun): void => {
  const settled = (text: string): string =>
    place.variables === undefined ? text : text.replaceAll(EACH_TIME, '*');
  const pattern = patternOf(settled(shown));
  const run = (): string => {
    const { succeeded, output } = execute(command, place);
    if (succeeded === shown.startsWith(FAILS)) throw new Error(output);
    return settled(output);
  };
  const end = Date.now() + WITHIN_MS;
  let output = run();
  while (READS.test(command) && !pattern.test(output) && Date.now() < end) output = run();
  expect(output).toMatch(pattern);
};
