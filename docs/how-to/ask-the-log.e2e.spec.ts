// Runs every command of ask-the-log.md in its order, beside an engine of its own, and compares what the page shows. A … at the
// end of a line stands for the rest of it, and one alone for any lines.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(import.meta.dirname, 'ask-the-log.md'), 'utf8');
let engine: EngineProcess;

/** Each command, with what the page shows of its output. */
const questions = [
  ...page.matchAll(/^```sh\nnpx orderloom ([^\n]*)\n```\n(?:\n```text\n(.*?)^```$)?/gms),
].map(([, command = '', shown]) => ({ command, shown }));
const [first, ...asked] = questions;

const run = (command: string): string => {
  const args = [join(root, 'apps/cli/dist/main.js'), ...command.split(' '), '--data', engine.folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
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

describe('the page "Ask the log"', () => {
  beforeAll(async () => {
    engine = await engineProcess(join(root, 'apps/command-service/dist/main.js'));
    run(first!.command);
  }, 120_000);
  afterAll(() => engine.stop());

  test('asks five questions, by search, history, as-of and explain', () => {
    expect(asked).toHaveLength(5);
    const commands = asked.map(({ command }) => command).join('\n');
    for (const word of ['search', 'history', '--as-of', 'explain']) expect(commands).toContain(word);
  });

  test.each(asked.map(({ command, shown }) => [command, shown ?? '']))(
    '%s',
    (command, shown) => {
      expect(shown).not.toBe('');
      expect(run(command)).toMatch(patternOf(shown.trimEnd()));
    },
    60_000,
  );
});
