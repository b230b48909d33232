// After a crash events say whose a key is: by the receiver that it seals, and by the exchange that it seals.
import { expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import type { SqliteKeyStore } from '@orderloom/sqlite';
import { learnFromEvent, learnFromLetters } from './learning-keys.ts';

const learning = () => {
  const learnt: unknown[] = [];
  const keyStore = { learn: (...said: unknown[]) => learnt.push(said) } as unknown as SqliteKeyStore;
  return { learnt, keyStore };
};
const naming = [
  { receiver: { subject: 'main/ann', keyId: 1 } },
  { receiver: null },
  { sealed: { subject: 'main/bob', keyId: 2 } },
  { sealed: null },
  {},
];
const named = [
  ['main/ann', 1],
  ['main/bob', 2],
];

test('an event says it', () => {
  const { learnt, keyStore } = learning();
  for (const data of naming) learnFromEvent(keyStore, { data } as unknown as RecordedEvent);
  expect(learnt).toEqual(named);
});

test('so does a command that could not be decided', () => {
  const { learnt, keyStore } = learning();
  const letters = naming.map((data) => ({ data: JSON.stringify(data) }));
  learnFromLetters(keyStore, { deadLetters: () => letters as never });
  expect(learnt).toEqual(named);
});
