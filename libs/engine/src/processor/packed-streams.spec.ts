// A stream whose state is packed is like any other: nobody can tell, but by the memory.
import { describe, expect, test } from '@jest/globals';
import { bank } from '@orderloom/testing';
import { aBank, deposit, opening, START } from './example-bank.ts';
import type { Processor } from './processor.ts';
import { restore } from './restoring.ts';
import { freezeState, loadSnapshot } from './snapshots.ts';

const DUE = 60_000;
const OWNERS = Array.from({ length: 40 }, (_, at) => `owner ${String(at)}`);

/** A bank that packs every state that it may, with an account for everybody; every second one closes itself. */
const packingBank = (limits = { statesAsObjects: 0 }) => {
  const opened = aBank(bank(), limits);
  const accounts = OWNERS.flatMap((owner, at) => opened.say(opening(owner, at % 2 === 0 ? DUE : null)));
  return { ...opened, accounts };
};

const entriesOf = ({ partition }: Processor) => [...partition.streams.values()];
const packedOf = (processor: Processor) =>
  entriesOf(processor).filter((entry) => !entry.isLive && !entry.isSetAside);
const countOf = ({ partition }: Processor): number =>
  [...partition.registry.types.values()].reduce((sum, { packed }) => sum + packed.count, 0);
const stateOf = (processor: Processor) =>
  entriesOf(processor).map(({ id, version, due, heldDue, isClosed, state }) => ({
    ...{ id, version, due, heldDue, isClosed, state },
  }));

describe('a stream whose state is packed', () => {
  test('is one that was not used lately; the tenant is used by everybody', () => {
    const { processor } = packingBank();
    expect(packedOf(processor).length).toBeGreaterThan(OWNERS.length);
    expect(processor.partition.times.globalOf('main')?.isLive).toBe(true);
    const roomy = packingBank({ statesAsObjects: 1000 });
    expect(packedOf(roomy.processor)).toEqual([]);
  });

  test('takes its next command, whether the group is kept or not', () => {
    const { processor, say, accounts } = packingBank();
    const [ann] = accounts;
    const entry = processor.partition.streams.find(ann!);
    entry?.pack();
    processor.begin(START);
    processor.decide(deposit(ann!));
    processor.rollback();
    expect(entry).toMatchObject({ version: 1, state: { balance: 0, owner: 'owner 0' } });
    entry?.pack();
    say(deposit(ann!));
    expect(entry).toMatchObject({ version: 2, state: { balance: 1, owner: 'owner 0' } });
  });

  test('says when its deadline is due without being unpacked, and is closed in time', () => {
    const { processor, accounts } = packingBank();
    const { partition } = processor;
    const entry = partition.streams.find(accounts[0]!)!;
    entry.pack();
    expect([entry.heldDue, entry.isClosed, entry.isLive]).toEqual([START + DUE, false, false]);
    const ripe = partition.deadlines.takeRipe('main', START + DUE)!;
    expect(ripe.entry).toBe(entry);
    processor.begin(START + DUE);
    processor.decideDeadline(ripe);
    processor.commit();
    entry.pack();
    expect([entry.heldDue, entry.isClosed]).toEqual([0, true]);
  });

  test('is counted as long as it is packed', () => {
    const { processor, say, accounts } = packingBank();
    for (let round = 0; round < 5; round++) {
      say(...accounts.filter((_, at) => at % 3 === round % 3).map(deposit));
      expect(countOf(processor)).toBe(packedOf(processor).length);
    }
    const [one, another] = packedOf(processor);
    processor.partition.settingAside.setAside(one!);
    another!.state = another!.state;
    expect(countOf(processor)).toBe(packedOf(processor).length);
  });
});

describe('a start', () => {
  test('from a snapshot unpacks nothing, and has everything', async () => {
    const { processor, fresh, log, say, accounts } = packingBank();
    const frozen = freezeState(processor);
    const parts = [...frozen.parts()];
    frozen.release();
    say(deposit(accounts[0]!));
    const again = fresh();
    loadSnapshot(again, { ...frozen.head, parts });
    await restore(again, log);
    const { size } = again.partition.streams;
    expect(countOf(again)).toBe(packedOf(again).length);
    expect(packedOf(again).length).toBeGreaterThan(size - 3);
    expect(again.partition.deadlines.pending).toBe(OWNERS.length / 2);
    expect(stateOf(again)).toEqual(stateOf(processor));
  });

  test('from the log packs what it folds', async () => {
    const { processor, fresh, log } = packingBank();
    const again = fresh();
    await restore(again, log);
    expect(packedOf(again).length).toBeGreaterThan(OWNERS.length);
    expect(stateOf(again)).toEqual(stateOf(processor));
  });
});
