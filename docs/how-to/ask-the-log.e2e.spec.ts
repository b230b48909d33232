// Runs every command of ask-the-log.md in its order, beside an engine of its own, and compares what the page shows. The tenant's
// clock is simulated, so the ids that the page shows are those of every machine.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { commandsIn, expectShown, runCommand } from './shown-commands.ts';

const [importing, ...asked] = commandsIn('ask-the-log.md');
let engine: EngineProcess;

describe('the page "Ask the log"', () => {
  beforeAll(async () => {
    engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'));
    runCommand(importing!.command, engine);
  }, 120_000);
  afterAll(() => engine.stop());

  test('asks five questions, by search, history, as-of and explain', () => {
    expect(asked).toHaveLength(5);
    const commands = asked.map(({ command }) => command).join('\n');
    for (const word of ['search', 'history', '--as-of', 'explain']) expect(commands).toContain(word);
  });

  test.each(asked)(
    '$command',
    (question) => {
      expect(question.shown).toBeDefined();
      expectShown(question, engine);
    },
    60_000,
  );
});
