import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { EXIT } from './cli-error.ts';
import { endingOf, endingText, isWellEnded } from './ending.ts';
import { program } from './program.ts';

const COMMANDS =
  'serve demo place send show history explain trace preview search work ledger reconcile reconciliations timers parked effects projection import export clock verify schemas topics archive migrate lifecycle'.split(
    ' ',
  );
const LATER = 'sql whatif erase config'.split(' ');

const run = async (...args: readonly string[]): Promise<unknown> =>
  program()
    .parseAsync(['node', 'orderloom', ...args])
    .catch((error: unknown) => error);

/** Every command with those below it, and the words that lead to each. */
const all = (command: Command, words: readonly string[] = []): readonly (readonly [string, Command])[] =>
  command.commands.flatMap((inner) => {
    const path = [...words, inner.name()];
    return [[path.join(' '), inner] as const, ...all(inner, path)];
  });

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
};

describe('the command line', () => {
  test('has the commands of this version and of later ones', () => {
    expect(program().commands.map((command) => command.name())).toEqual([...COMMANDS, ...LATER]);
  });

  test.each(all(program()))('%s --help shows a line that works', (path, command) => {
    const [, example = ''] = helpOf(command).split(/Examples?:\n/);
    expect(example).toContain(`orderloom ${path}`);
  });

  test.each(all(program()).filter(([, command]) => command.commands.length === 0))(
    '%s has --json',
    (_, command) => {
      expect(command.options.map(({ long }) => long)).toContain('--json');
    },
  );

  test.each(LATER)('%s says that it is not in this version', async (name) => {
    expect(endingOf(await run(name, '--whatever', 'x'))).toMatchObject({
      ...{ exitCode: EXIT.notAvailable, code: 'not-available' },
    });
  });

  test.each([
    [['plcae'], 'Did you mean place?'],
    [['show', 'x', '--jsno'], 'Did you mean --json?'],
    [['import', 'oecl', 'x.csv'], 'Did you mean ocel?'],
    [['show', 'ordr/x'], 'did you mean order/x?'],
    [['show'], 'orderloom --help shows what there is'],
    [['place'], 'name a file with the order, or lines: --line TEA=2x450'],
    [['place', '--line', 'TEA'], 'write SKU=QUANTITYxPRICE, the price in minor units: TEA=2x450'],
    [['send', 'x', 'CancelOrder', '{reason}'], 'quote it for the shell: \'{"reason":"late"}\''],
    [['serve', '--port', '70700'], 'name one from 0 (any free one) to 65535'],
    [['demo', '--orders', '0'], 'use a whole number from 1 to 100000'],
    [['import', 'ocel', 'no-such-file.csv'], 'check the path of the file'],
    [['import', 'ocel', 'x.csv', '--currency', 'JPY'], 'name one by its ISO 4217 code: --currency EUR'],
    [['effects', 'redrive', '--all', '--from', 'noon'], 'write it with its zone: 2026-01-31T12:00:00Z'],
    [['clock', 'advance', 'tomorrow'], 'write it with its zone: 2026-01-31T12:00:00Z'],
  ])('%j is wrong usage with a remedy', async (args, remedy) => {
    expect(endingOf(await run(...args))).toMatchObject({ exitCode: EXIT.usage, remedy });
  });

  test('ends well where help was asked for', async () => {
    const asked = program();
    for (const command of [asked, ...asked.commands]) command.configureOutput({ writeOut: () => undefined });
    const ended: unknown = await asked
      .parseAsync(['node', 'orderloom', 'place', '--help'])
      .catch((error: unknown) => error);
    expect(isWellEnded(ended)).toBe(true);
  });

  test('tells an ending in words, or as JSON', () => {
    const ending = { ...endingOf(new Error('boom')), message: 'boom' };
    expect(endingText(ending, false)).toBe(
      'orderloom: boom\n  this is a defect: please report it with the text above',
    );
    expect(JSON.parse(endingText(ending, true))).toMatchObject({
      error: { code: 'internal', message: 'boom' },
    });
  });
});
