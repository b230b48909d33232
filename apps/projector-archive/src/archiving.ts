import { archiveHead, openArchive, readArchive } from '@orderloom/archive';
import {
  openArchiver,
  projecting,
  type ArchiverOptions,
  type PartitionTask,
  type ProjectingOptions,
  type Projector,
} from '@orderloom/engine';
import type { LogPlaces } from '@orderloom/kafka';
import { lockFolder, snapshotFile } from '@orderloom/sqlite';
import { tracedProjector } from '@orderloom/tracing';
import { wireCodec } from '@orderloom/wire';

export type ArchivingOptions = Omit<ArchiverOptions, 'store' | 'snapshots' | 'codec' | 'owns' | 'others'> &
  Pick<ProjectingOptions, 'windowMs' | 'onWindow'> & {
    readonly folderOf: (partition: number) => string;
    /** The partitions of all generations of topics; there may come more. */
    readonly places: () => Pick<LogPlaces, 'placeOf' | 'partitionOf' | 'sharing'>;
    readonly onHeldUp: NonNullable<ProjectingOptions['onProblem']>;
    readonly segmentBytes?: number;
  };

type Opened = { readonly projector: Projector; readonly close: () => Promise<void> };

/** The other partitions' archives, as they stand on the same disk. */
const othersOf = (partition: number, { places, folderOf }: ArchivingOptions) => ({
  partitions: () => places().sharing(partition),
  open: (other: number) => {
    const folder = folderOf(other);
    if (archiveHead(folder) === 0) return undefined;
    const parts = wireCodec();
    return { reader: readArchive(folder, parts), parts };
  },
});

/** The archive of a partition, locked: the folder has one writer, whatever a group of consumers believes. */
const open = async (partition: number, options: ArchivingOptions): Promise<Opened> => {
  const folder = options.folderOf(partition);
  const lock = lockFolder(folder);
  try {
    const codec = wireCodec();
    const { segmentBytes } = options;
    const store = await openArchive({
      ...{ folder, partition, codec },
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
    });
    const close = async (): Promise<void> => {
      await store.close();
      lock.release();
    };
    const { generation } = options.places().placeOf(partition);
    const others = othersOf(partition, options);
    try {
      const projector = await openArchiver({
        ...options,
        ...{ store, codec, others, snapshots: snapshotFile(folder) },
        owns: (slot) => options.places().partitionOf(slot, generation) === partition,
      });
      return { projector: tracedProjector(projector, codec, partition), close };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** Keeps the archive of a partition up to its log, and gives its folder free when the partition is taken away. */
export const archiving =
  (options: ArchivingOptions): PartitionTask =>
  async (source, signal) => {
    let opened: Opened | undefined;
    const close = async (): Promise<void> => {
      const last = opened;
      opened = undefined;
      await last?.close();
    };
    try {
      await projecting({
        windowMs: options.windowMs,
        open: async (partition) => {
          await close();
          opened = await open(partition, options);
          return opened.projector;
        },
        // What a slot's new partition says of it is kept behind what its old one does.
        shownUpTo: async (partition) => archiveHead(options.folderOf(partition)),
        ...(options.onWindow === undefined ? {} : { onWindow: options.onWindow }),
        onProblem: options.onHeldUp,
      })(source, signal);
    } finally {
      await close();
    }
  };
