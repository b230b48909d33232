import type { Codec, EventSource, FrameParts, PartitionTask, SchemaIds } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { followGenerations } from '../topics/follow-generations.ts';
import type { LogPlaces } from '../topics/log-places.ts';
import { partitionsOf } from '../topics/partitions-of.ts';
import { topicNames } from '../topics/topic-names.ts';
import { committedGlobals } from './committed-globals.ts';
import { generationEvents, type GenerationEvents } from './generation-events.ts';

export type KafkaEventSourceOptions = {
  readonly kafka: KafkaClient;
  readonly codec: Codec & FrameParts;
  readonly schemaIds: SchemaIds;
  /** Processes of one group share the partitions; those of a later generation in a group `GROUP.vN`. */
  readonly groupId: string;
  readonly prefix?: string;
  readonly onProblem?: (error: unknown) => void;
};

/** The port, and what partitions there are. */
export type KafkaEventSource = EventSource & {
  /** As this process knows them now. */
  readonly places: () => LogPlaces;
};

/**
 * The read-committed events topics for views and other followers, all generations of them. `run` joins a group for each
 * generation and returns after `stop`.
 */
export const kafkaEventSource = async (options: KafkaEventSourceOptions): Promise<KafkaEventSource> => {
  const { kafka, codec, schemaIds, prefix, onProblem = () => undefined } = options;
  const names = topicNames(prefix);
  const events = schemaNumbers(codec, schemaIds);
  const partitions = await partitionsOf(kafka, prefix);
  const generations = await followGenerations({ kafka, prefix, partitions, onProblem });
  const shared = await kafka.reader([names.globals], 'committed');
  const offsets = await kafka.committedOffsets();
  const joined: GenerationEvents[] = [];
  const state = { running: false, stopped: false };
  let task: PartitionTask | undefined;
  let fail: (error: unknown) => void = () => undefined;
  let tellStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (tellStopped = resolve));
  /** Reads the generations that there are, each in a group of its own. */
  const join = async (): Promise<void> => {
    while (state.running && !state.stopped && joined.length < generations.places().generations) {
      const generation = joined.length + 1;
      const next = generationEvents({
        ...{ ...options, offsets, events, parts: codec, onProblem, generation },
        places: generations.places(),
        serve: async (partition, signal) => task?.(partition, signal),
        fail: (error) => {
          fail(error);
        },
      });
      joined.push(next);
      await next.start();
    }
  };
  let joining: Promise<void> = Promise.resolve();
  const joinAll = (): Promise<void> => (joining = joining.then(join));
  generations.onChanged(() => {
    joinAll().catch((error: unknown) => {
      fail(error);
    });
  });

  return {
    places: generations.places,
    run: async (given) => {
      task = given;
      const failed = new Promise<never>((_, reject) => (fail = reject));
      failed.catch(() => undefined);
      state.running = true;
      await joinAll();
      await Promise.race([failed, stopped]);
    },
    globals: committedGlobals({ cluster: shared, topic: names.globals, parts: codec, events }),
    stop: async () => {
      state.stopped = true;
      await joining.catch(() => undefined);
      await Promise.all(joined.map((one) => one.stop()));
      await generations.stop();
      await Promise.all([shared.close(), offsets.close()]);
      tellStopped();
    },
  };
};
