// Whose a key of `keys.db` is can be read in the log, where a crash has taken the record of it.
import type { RecordedEvent } from '@orderloom/decider';
import type { ExchangeNotedData, Sealed } from '@orderloom/domain';
import type { EventLog, SnapshotStore } from '@orderloom/engine';
import type { SqliteKeyStore } from '@orderloom/sqlite';

/** Whatever names a key, event or command, does so in its receiver, or where an exchange is kept whole. */
type Sealing = { readonly receiver?: Sealed | null; readonly sealed?: ExchangeNotedData['sealed'] };

const learnFrom = (keyStore: SqliteKeyStore, { receiver, sealed }: Sealing): void => {
  if (receiver) keyStore.learn(receiver.subject, receiver.keyId);
  if (sealed) keyStore.learn(sealed.subject, sealed.keyId);
};

export const learnFromEvent = (keyStore: SqliteKeyStore, event: RecordedEvent): void => {
  learnFrom(keyStore, event.data);
};

/** What could not be decided is kept as it came, sealed with a key that no event may name. */
export const learnFromLetters = (keyStore: SqliteKeyStore, log: Pick<EventLog, 'deadLetters'>): void => {
  for (const { data } of log.deadLetters(Number.MAX_SAFE_INTEGER))
    if (data.includes('"receiver"') || data.includes('"sealed"'))
      learnFrom(keyStore, JSON.parse(data) as Sealing);
};

/** Events that a snapshot holds are not read again: which keys they use must be in `keys.db` before it counts. */
export const behindKeys = (store: SnapshotStore, keyStore: SqliteKeyStore): SnapshotStore => ({
  load: store.load,
  save: (head, parts) => {
    keyStore.flush();
    return store.save(head, parts);
  },
});
