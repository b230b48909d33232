import {
  createProjector,
  projecting,
  type FollowedGeneration,
  type ProjectingOptions,
  type ViewStore,
} from '@orderloom/engine';
import { kafkaEventSource } from '@orderloom/kafka';
import { tracedProjector } from '@orderloom/tracing';
import { projections } from '@orderloom/views';
import { partsOf, type DistributedOptions } from '../parts.ts';
import { partOf } from './search-place.ts';

export type FollowedGenerationOptions = DistributedOptions &
  Pick<ProjectingOptions, 'windowMs' | 'onWindow'> & {
    readonly prefix: string;
    /** Its processes share the partitions. */
    readonly group: string;
    /** Where a part of the log is kept; asked for again after every failure. */
    readonly storeOf: (part: string) => ViewStore | Promise<ViewStore>;
    readonly onHeldUp: NonNullable<ProjectingOptions['onProblem']>;
    readonly close: () => Promise<void>;
  };

/** One generation of views, fed from the events topics: each partition's checkpoint is in the views themselves. */
export const followedGeneration = async (options: FollowedGenerationOptions): Promise<FollowedGeneration> => {
  const { prefix, group, storeOf, close, windowMs, onWindow, onHeldUp } = options;
  // A codec of its own: it is bound to what this source has learnt.
  const { codec, registry, ...parts } = partsOf(options);
  const source = await kafkaEventSource({ ...parts, codec, groupId: `${prefix}-${group}` });
  const task = projecting({
    windowMs,
    open: async (partition) => {
      const store = await storeOf(partOf(partition));
      const projector = createProjector({ store, codec, registry, projections, globals: source.globals });
      return tracedProjector(projector, codec, partition);
    },
    shownUpTo: async (partition) => (await (await storeOf(partOf(partition))).checkpoint()).index,
    ...(onWindow === undefined ? {} : { onWindow }),
    onProblem: onHeldUp,
  });
  return {
    run: () => source.run(task),
    stop: async () => {
      await source.stop();
      await close();
    },
  };
};
