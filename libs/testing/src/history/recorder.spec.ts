import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandResult } from '@orderloom/engine';
import { readHistory } from './entries.ts';
import { callsOf } from './operations.ts';
import { recordHistory } from './recorder.ts';

const stream = { tenant: 'main', type: 'stock', key: 'a@main' };
const command = { stream, type: 'ReceiveStock', commandId: 'c1' };
const result: CommandResult = {
  commandId: 'c1',
  stream,
  outcome: 'accepted',
  version: 1,
  position: { slot: 3, sequence: 1 },
  rejection: null,
  explanation: null,
};

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'history-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a history recorder', () => {
  test('joins what was asked with what came of it', () => {
    const history = recordHistory({ client: 'c' });
    const op = history.invoke(command, { mayBeRefused: true });
    const read = history.invokeRead(stream);
    history.answered(op, result);
    history.read(read, 1);
    const { calls } = callsOf(history.entries());
    expect(calls[0]).toMatchObject({
      operation: { kind: 'command', commandId: 'c1', expectedVersion: null, mayBeRefused: true },
      answer: { outcome: 'accepted', version: 1, position: { slot: 3, sequence: 1 }, code: null },
    });
    expect(calls[1]).toMatchObject({ operation: { kind: 'read' }, version: 1, answer: null });
    expect(calls.every((call) => call.ended >= call.invoked)).toBe(true);
  });

  test('keeps what is unknown apart, said or not', () => {
    const history = recordHistory();
    history.unknown(history.invoke(command), 'timeout');
    history.invoke({ ...command, commandId: 'c2' });
    expect(callsOf(history.entries()).calls.map((call) => call.answer)).toEqual([null, null]);
  });

  test('notes faults as windows', () => {
    const history = recordHistory();
    const end = history.fault('kill');
    end();
    history.fault('pause');
    const { faults } = callsOf(history.entries());
    expect(faults.map((fault) => [fault.name, fault.to < Infinity])).toEqual([
      ['kill', true],
      ['pause', false],
    ]);
  });

  test('refuses an end without a beginning', () => {
    const history = recordHistory();
    history.unknown(7, 'timeout');
    expect(() => callsOf(history.entries())).toThrow(/not its beginning/);
  });
});

describe('a history file', () => {
  const file = (name: string) => join(folder, name);

  test('of several clients is read in the order of time', () => {
    const recorders = ['a', 'b'].map((client) => recordHistory({ client, file: file(client) }));
    const ops = recorders.map((recorder) => recorder.invoke(command));
    recorders.forEach((recorder, index) => recorder.answered(ops[index]!, result));
    for (const recorder of recorders) recorder.close();
    const entries = readHistory([file('b'), file('a')]);
    expect(entries.map((entry) => [entry.client, entry.kind])).toEqual([
      ['a', 'invoke'],
      ['b', 'invoke'],
      ['a', 'answer'],
      ['b', 'answer'],
    ]);
  });

  test('keeps everything that a killed client had recorded, and a line that was cut off is left out', () => {
    const script = `
      import { openSync, writeSync } from 'node:fs';
      const { recordHistory } = await import(${JSON.stringify(new URL('./recorder.ts', import.meta.url).href)});
      const history = recordHistory({ client: 'child', file: ${JSON.stringify(file('child'))} });
      history.unknown(history.invoke(${JSON.stringify(command)}), 'killed');
      process.kill(process.pid, 'SIGKILL');`;
    const flags = ['--no-warnings', '--conditions=@orderloom/source', '--input-type=module', '-e', script];
    expect(spawnSync(process.execPath, flags).signal).toBe('SIGKILL');
    appendFileSync(file('child'), '{"kind":"answ');
    expect(readHistory([file('child')]).map((entry) => entry.kind)).toEqual(['invoke', 'unknown']);
  });

  test('that is broken in the middle is named with its line', () => {
    appendFileSync(file('bad'), '{"at":1}\nnot JSON\n{"at":2}\n');
    expect(() => readHistory([file('bad')])).toThrow(/bad:2 is not an entry/);
  });
});
