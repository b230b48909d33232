// Deadlines wait at the gate for what has arrived before them, and for nothing that came later.
import { describe, expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import { InputGate } from './input-gate.ts';

const gateWithLog = () => {
  const gate = new InputGate();
  const opened: string[] = [];
  return { gate, opened, wait: (name: string) => gate.whenDrained(() => opened.push(name)) };
};

describe('the input gate', () => {
  test('opens for whoever waits once all that had arrived is sent on', async () => {
    const { gate, opened, wait } = gateWithLog();
    const [first, second] = [gate.enter(), gate.enter()];
    wait('deadline');
    await turns(10);
    first();
    first();
    expect(opened).toEqual([]);
    second();
    expect(opened).toEqual(['deadline']);
  });

  test('opens although something that came later is still arriving', async () => {
    const { gate, opened, wait } = gateWithLog();
    const sent = gate.enter();
    wait('deadline');
    await turns(10);
    gate.enter();
    sent();
    expect(opened).toEqual(['deadline']);
  });

  test('opens for a later one not before what came before the earlier one is sent on', async () => {
    const { gate, opened, wait } = gateWithLog();
    const slow = gate.enter();
    wait('first');
    await turns(10);
    const quick = gate.enter();
    wait('second');
    await turns(10);
    quick();
    expect(opened).toEqual([]);
    slow();
    expect(opened).toEqual(['first', 'second']);
  });
});
