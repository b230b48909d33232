import { logUnavailable, notAvailable } from '../errors.ts';
import type { DeadLetter, EventLog, Group, ParkedReaction, StoredGroup } from '../ports/event-log.ts';
import type { WriterSchema } from '../ports/codec.ts';

/** What outlives a memory log's owner: open another log over it, and it goes on where the first one stopped. */
export type MemoryDisk = {
  readonly groups: StoredGroup[];
  readonly deadLetters: DeadLetter[];
  readonly parked: ParkedReaction[];
  readonly schemas: WriterSchema[];
};

export const memoryDisk = (): MemoryDisk => ({ groups: [], deadLetters: [], parked: [], schemas: [] });

export type MemoryLogOptions = {
  readonly disk?: MemoryDisk;
  /** The schemas that this build writes; the log numbers them. */
  readonly schemas?: readonly Omit<WriterSchema, 'id'>[];
  /** Called before anything is kept; what it throws is what `append` throws. */
  readonly beforeAppend?: (group: Group) => void;
};

/** An event log of one partition that forgets everything with its disk. `schemas` is the log's own numbering. */
export const memoryEventLog = (
  options: MemoryLogOptions = {},
): EventLog & { readonly schemas: readonly WriterSchema[] } => {
  const disk = options.disk ?? memoryDisk();
  let open = true;
  for (const schema of options.schemas ?? []) {
    if (disk.schemas.some((known) => isSame(known, schema))) continue;
    disk.schemas.push({ ...schema, id: disk.schemas.length + 1 });
  }
  const head = (): number => {
    const last = disk.groups.at(-1);
    return last === undefined ? 0 : last.first + last.count - 1;
  };

  const append = (group: Group): void => {
    if (!open) throw logUnavailable('the memory log is closed');
    if (group.outbound.length > 0) throw notAvailable('a second partition in a memory log');
    if (group.first !== head() + 1) throw new RangeError(`group ${group.first} does not follow ${head()}`);
    options.beforeAppend?.(group);
    if (group.count > 0)
      disk.groups.push({ first: group.first, count: group.count, frames: Uint8Array.from(group.frames) });
    disk.deadLetters.push(...group.deadLetters);
    disk.parked.push(...group.parked);
  };

  return {
    schemas: disk.schemas,
    append,
    read: (after) => groupsBehind(disk.groups, after),
    head,
    parked: () => [...disk.parked],
    deadLetters: (limit) => disk.deadLetters.slice(-limit).reverse(),
    close: () => {
      open = false;
    },
  };
};

const isSame = (known: WriterSchema, schema: Omit<WriterSchema, 'id'>): boolean =>
  known.name === schema.name && known.fingerprint === schema.fingerprint;

function* groupsBehind(groups: readonly StoredGroup[], after: number): Generator<StoredGroup> {
  let low = 0;
  for (let high = groups.length; low < high;) {
    const middle = (low + high) >> 1;
    const group = groups[middle];
    if (group !== undefined && group.first + group.count - 1 <= after) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < groups.length; at++) {
    const group = groups[at];
    if (group !== undefined) yield group;
  }
}
