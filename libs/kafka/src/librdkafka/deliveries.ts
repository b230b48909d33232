import { setTimeout as pause } from 'node:timers/promises';
import type { NewRecord, TopicRecords } from '../client/client-port.ts';
import { librdkafkaError } from './native-calls.ts';
import type { DeliveryReport, NativeError, NativeProducer } from './native.ts';

/** Records that were given to a producer together, and what became of them. */
export type Delivery = {
  /** First offset of each topic and partition, `topic/partition`; whole when `ended` resolves. */
  readonly bases: ReadonlyMap<string, number>;
  /** Resolves when all were written, rejects when all have ended and one was not. */
  readonly ended: Promise<void>;
};

const QUEUE_FULL_PAUSE_MS = 5;

type Batch = {
  open: number;
  readonly bases: Map<string, number>;
  error: Error | undefined;
  readonly end: () => void;
};

const bytesOf = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

const headersOf = (headers: NewRecord['headers'] = {}): Record<string, Buffer | string>[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => ({ [name]: one })),
  );

const isQueueFull = (error: unknown): boolean => (error as { code?: unknown }).code === -184;

/** Gives records to a producer whose reports come one by one. */
export const deliveries = (producer: NativeProducer) => {
  producer.on(
    'delivery-report',
    (error: NativeError | null | undefined, report: DeliveryReport | undefined) => {
      const batch = report?.opaque as Batch | undefined;
      if (batch === undefined || report === undefined) return;
      if (error !== undefined && error !== null) batch.error ??= librdkafkaError(error);
      else {
        const key = `${report.topic}/${String(report.partition)}`;
        const base = batch.bases.get(key);
        if (base === undefined || report.offset < base) batch.bases.set(key, report.offset);
      }
      if (--batch.open === 0) batch.end();
    },
  );
  producer.setPollInBackground(true);

  const put = async (topic: string, record: NewRecord, batch: Batch): Promise<void> => {
    const { key = null, value, partition = null, timestamp, headers } = record;
    for (;;)
      try {
        producer.produce(
          ...([topic, partition, value === null ? null : bytesOf(value)] as const),
          ...([
            key === null ? null : bytesOf(key),
            timestamp === undefined ? null : Number(timestamp),
          ] as const),
          batch,
          headersOf(headers),
        );
        batch.open++;
        return;
      } catch (error) {
        if (!isQueueFull(error)) throw librdkafkaError(error as NativeError);
        await pause(QUEUE_FULL_PAUSE_MS);
      }
  };

  return async (topics: readonly TopicRecords[]): Promise<Delivery> => {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    // One more, until all are given.
    const batch: Batch = { open: 1, bases: new Map(), error: undefined, end };
    try {
      for (const { topic, messages } of topics)
        for (const message of messages) await put(topic, message, batch);
    } finally {
      if (--batch.open === 0) end();
    }
    const ended = over.then(() => {
      if (batch.error !== undefined) throw batch.error;
    });
    ended.catch(() => undefined);
    return { bases: batch.bases, ended };
  };
};
