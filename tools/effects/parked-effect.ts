import { streamIdOf } from '@orderloom/decider';
import { EFFECTS_GROUP, eventsIn, type SchemaIds, type TailPlace } from '@orderloom/engine';
import { kafkaGroupProgress, kafkaLogTail, type KafkaClient } from '@orderloom/kafka';
import { wireCodec } from '@orderloom/wire';

const WITHIN_MS = 60_000;

type Topics = { readonly kafka: KafkaClient; readonly prefix: string; readonly schemaIds: SchemaIds };

/** Where the first event of an effect stands in the log. */
const placeOf = async (topics: Topics, streamId: string) => {
  const codec = wireCodec();
  const tail = await kafkaLogTail({ ...topics, codec });
  const signal = AbortSignal.timeout(WITHIN_MS);
  try {
    for (let at: TailPlace = []; ;) {
      const piece = await tail.next(at, signal);
      if (piece === undefined) throw new Error(`${streamId} did not come`);
      at = piece.upTo;
      for (const { first, frames } of piece.groups)
        for (const [behind, event] of eventsIn(codec, [frames]).entries())
          if (streamIdOf(event.stream) === streamId && event.version === 1)
            return { partition: piece.partition, index: first + behind };
    }
  } finally {
    await tail.close();
  }
};

/** Parks the first event of an effect, as a worker that cannot make sense of it leaves it behind. */
export const parkEffect = async (topics: Topics, streamId: string): Promise<void> => {
  const { partition, index } = await placeOf(topics, streamId);
  const progress = await kafkaGroupProgress({ ...topics, group: EFFECTS_GROUP });
  const own = await progress.take(partition);
  const event = { handler: EFFECTS_GROUP, streamId, version: 1, reason: 'TypeError', recordedAt: 0 };
  await own.keep({ index: Math.max(own.index, index), parked: [event] });
  await own.close();
  await progress.close();
};
