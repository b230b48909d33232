import { openArchive } from '@orderloom/archive';
import {
  notAvailable,
  openArchiver,
  projecting,
  type ArchiverOptions,
  type PartitionTask,
  type ProjectingOptions,
  type Projector,
} from '@orderloom/engine';
import { lockFolder, snapshotFile } from '@orderloom/sqlite';
import { tracedProjector } from '@orderloom/tracing';
import { wireCodec } from '@orderloom/wire';

export type ArchivingOptions = Omit<ArchiverOptions, 'store' | 'snapshots' | 'codec' | 'owns'> &
  Pick<ProjectingOptions, 'windowMs' | 'onWindow'> & {
    readonly folderOf: (partition: number) => string;
    readonly partitionOf: (slot: number) => number;
    /** Partitions of the first generation of topics. Of later ones nothing is archived yet, and it says so. */
    readonly partitions: number;
    readonly onHeldUp: NonNullable<ProjectingOptions['onProblem']>;
    readonly segmentBytes?: number;
  };

type Opened = { readonly projector: Projector; readonly close: () => Promise<void> };

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
    try {
      const projector = await openArchiver({
        ...options,
        ...{ store, codec, snapshots: snapshotFile(folder) },
        owns: (slot) => options.partitionOf(slot) === partition,
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
          if (partition >= options.partitions)
            throw notAvailable('an archive of a second generation of topics');
          await close();
          opened = await open(partition, options);
          return opened.projector;
        },
        ...(options.onWindow === undefined ? {} : { onWindow: options.onWindow }),
        onProblem: options.onHeldUp,
      })(source, signal);
    } finally {
      await close();
    }
  };
