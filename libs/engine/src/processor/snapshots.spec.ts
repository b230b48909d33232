// A snapshot is the state of one moment, though it is written while groups go on; with the log behind it, it gives what
// the log alone gives.
import { describe, expect, test } from '@jest/globals';
import { bank } from '@orderloom/testing';
import type { Snapshot } from '../ports/snapshot-store.ts';
import { aBank, deposit, opening, START } from './example-bank.ts';
import type { Processor } from './processor.ts';
import { restore, standsInLog } from './restoring.ts';
import { freezeState, loadSnapshot } from './snapshots.ts';

/** More than two parts of a snapshot hold. */
const OWNERS = Array.from({ length: 600 }, (_, i) => `owner ${String(i)}`);

/** Everything that a later command can find. */
const stateOf = ({ partition, head }: Processor) => ({
  head,
  streams: [...partition.streams.values()].map(({ id, version, prev, recordedAt, state, due }) => ({
    id,
    version,
    prev,
    recordedAt,
    state,
    due,
  })),
  sequences: partition.sequences,
  times: partition.times.dump(),
});

const snapshotOf = (processor: Processor): Snapshot => {
  const frozen = freezeState(processor);
  const snapshot = { ...frozen.head, parts: [...frozen.parts()] };
  frozen.release();
  return snapshot;
};

/** Takes a snapshot with groups between its parts, to known and to new streams, some of them taken back. */
const takenWhileBusy = ({ processor, say }: ReturnType<typeof aBank>, release = false): Snapshot => {
  const accounts = say(...OWNERS.map((owner) => opening(owner, owner.endsWith('7') ? 900 : null)));
  const frozen = freezeState(processor);
  if (release) frozen.release();
  const parts: Uint8Array[] = [];
  for (const part of frozen.parts()) {
    parts.push(part);
    const touched = accounts.filter((_, i) => i % 5 === parts.length % 5);
    say(...touched.map(deposit), opening(`late ${String(parts.length)}`));
    processor.begin(START);
    for (const account of accounts.slice(0, 40)) processor.decide(deposit(account));
    processor.rollback();
  }
  frozen.release();
  return { ...frozen.head, parts };
};

describe('a snapshot', () => {
  test('and the log behind it give what the log gives', async () => {
    const busy = aBank(bank());
    const snapshot = takenWhileBusy(busy);
    const again = busy.fresh();
    expect(loadSnapshot(again, snapshot)).toBe(true);
    expect(again.head).toBe(snapshot.index);
    expect(await standsInLog(again, busy.log)).toBe(true);
    await restore(again, busy.log);
    const whole = busy.fresh();
    await restore(whole, busy.log);
    expect(stateOf(again)).toEqual(stateOf(whole));
    expect(stateOf(again)).toEqual(stateOf(busy.processor));
  });

  test('that does not hold its moment is found out', async () => {
    const busy = aBank(bank());
    const mixed = takenWhileBusy(busy, true);
    const again = busy.fresh();
    loadSnapshot(again, mixed);
    await expect(restore(again, busy.log)).rejects.toMatchObject({ code: 'log-corrupt' });
  });

  test('knows every answer that was given before it, and none that came later', () => {
    const { processor, fresh, say } = aBank(bank());
    const [early, late] = [opening('ann'), opening('bob')];
    say(early);
    const frozen = freezeState(processor);
    say(late);
    const again = fresh();
    loadSnapshot(again, { ...frozen.head, parts: frozen.parts() });
    again.begin(START);
    expect(again.decide(early)?.outcome).toBe('duplicate');
    expect(again.decide(late)?.outcome).toBe('accepted');
  });

  test('of another fold is not trusted', () => {
    const { processor, fresh } = aBank(bank());
    expect(loadSnapshot(fresh(), { ...snapshotOf(processor), foldId: 'another build' })).toBe(false);
  });

  // Node hands out windows into the bytes where they are aligned, and copies where they are not.
  test.each([0, 1, 2, 3])('at offset %i is not changed by the processor that it has filled', (offset) => {
    const { processor, fresh, say } = aBank(bank());
    const [ann] = say(opening('ann'));
    const snapshot = snapshotOf(processor);
    const parts = [...snapshot.parts].map((part) => {
      const room = new Uint8Array(part.length + offset);
      room.set(part, offset);
      return room.subarray(offset);
    });
    const again = fresh();
    loadSnapshot(again, { ...snapshot, parts });
    again.begin(START);
    again.decide(deposit(ann!));
    again.commit();
    expect(parts.map((part) => Buffer.from(part))).toEqual(
      [...snapshot.parts].map((part) => Buffer.from(part)),
    );
  });

  test('of a format that this Node does not read counts as none', () => {
    const { processor, fresh } = aBank(bank());
    const snapshot = { ...snapshotOf(processor), parts: [Uint8Array.of(1, 2, 3)] };
    expect(loadSnapshot(fresh(), snapshot)).toBe(false);
  });

  test('of another log is found out', async () => {
    const [one, another] = [aBank(bank()), aBank(bank())];
    one.say(opening('ann'));
    another.say(opening('bob'));
    expect(await standsInLog(one.processor, one.log)).toBe(true);
    expect(await standsInLog(one.processor, another.log)).toBe(false);
  });
});
