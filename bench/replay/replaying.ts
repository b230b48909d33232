import { DatabaseSync } from 'node:sqlite';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { framesIn } from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import { jsonFile } from './shop-log.ts';

/** Reads, decodes and folds every event into the state of its stream; gives how many there were. */
export const replay = (folder: string): number => {
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const { types, global: tenants } = domainRegistry({ stepper: tableStepper });
  const folds = new Map(
    types.map(({ name, decider }) => [name, { decider, states: new Map<string, unknown>() }]),
  );
  let events = 0;
  for (const { frames, count } of log.read(0)) {
    for (const { event } of framesIn(codec, [frames])) {
      const { stream, type, data, version, recordedAt } = event;
      const fold = folds.get(stream.type);
      if (fold === undefined) throw new Error(`there is no stream type ${stream.type}`);
      const global = folds.get(tenants.type)?.states.get(stream.tenant);
      const before = fold.states.get(stream.key) ?? (fold.decider.initialState as unknown);
      const context = { stream, recordedAt, version, global };
      fold.states.set(stream.key, fold.decider.evolve(before, { type, data }, context));
    }
    events += count;
  }
  log.close();
  return events;
};

/** Reads and parses every row; gives how many there were. */
export const scan = (folder: string): number => {
  const database = new DatabaseSync(jsonFile(folder), { readOnly: true });
  let events = 0;
  for (const row of database.prepare('select body from event order by position').iterate())
    if (typeof JSON.parse(row['body'] as string) === 'object') events++;
  database.close();
  return events;
};
