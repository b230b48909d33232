import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import type { ParkedEvent } from '@orderloom/engine';
import { kafkaGroupProgress } from '@orderloom/kafka';
import { openConsumerFile } from '@orderloom/sqlite';
import { slotOfStream } from './slot-of-stream.ts';

/** A group of consumers of a data folder, and where it will stand in each partition. */
export type ConsumerMark = {
  readonly group: string;
  readonly parked: readonly ParkedEvent[];
  /** By partition: events that the group has handled, once `passed` has been told of all. */
  readonly counts: readonly number[];
  /** To be told of each event, and how many events each partition has up to it. */
  readonly passed: (index: number, counts: readonly number[]) => void;
};

/** The groups that have begun in a folder. Taking them over ends whoever still believes to be one of their members. */
export const consumersIn = async (folder: string, partitions: number): Promise<readonly ConsumerMark[]> => {
  if (!existsSync(join(folder, 'consumers.db'))) return [];
  const file = openConsumerFile(folder);
  try {
    const marks: ConsumerMark[] = [];
    for (const group of file.groups()) {
      const { index: last, parked } = await file.progressOf(group).take(0);
      const counts = Array.from({ length: partitions }, () => 0);
      const passed = (index: number, by: readonly number[]): void => {
        if (index === last) for (const [partition, count] of by.entries()) counts[partition] = count;
      };
      marks.push({ group, parked, counts, passed });
    }
    return marks;
  } finally {
    file.close();
  }
};

type Target = Omit<Parameters<typeof kafkaGroupProgress>[0], 'group'> & {
  readonly partitionOf: (slot: number) => number;
};

/** `tenant/type/key` */
const slotIn = (streamId: string, registry: ReturnType<typeof domainRegistry>): number => {
  const [tenant = '', type = '', ...key] = streamId.split('/');
  return slotOfStream(registry, { tenant, type, key: key.join('/') }) ?? 0;
};

/** Writes where the groups stand; a group that has gone on in the cluster meanwhile is left where it is. */
export const moveConsumers = async (
  marks: readonly ConsumerMark[],
  { partitionOf, ...place }: Target,
): Promise<void> => {
  const registry = domainRegistry({ stepper: tableStepper });
  for (const { group, parked, counts } of marks) {
    const progress = await kafkaGroupProgress({ ...place, group });
    for (const [partition, index] of counts.entries()) {
      const owned = await progress.take(partition);
      const own = parked.filter(({ streamId }) => partitionOf(slotIn(streamId, registry)) === partition);
      if (owned.index < index) await owned.keep({ index, parked: own });
      await owned.close();
    }
    await progress.close();
  }
};
