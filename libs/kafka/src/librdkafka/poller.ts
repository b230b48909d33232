import { setTimeout as pause } from 'node:timers/promises';
import { asked, connected, librdkafkaError } from './native-calls.ts';
import {
  loadNative,
  type NativeConsumer,
  type NativeError,
  type NativeMessage,
  type NativeSettings,
  type Place,
} from './native.ts';

export type PollerParts = {
  readonly settings: NativeSettings;
  readonly onMessage: (message: NativeMessage) => void;
  /** Everything of the partition in front of the offset has been handed on, transaction markers included. */
  readonly onEnd: (end: Required<Omit<Place, 'metadata'>>) => void;
  readonly onError: (error: Error) => void;
  /** After each poll that brought something. */
  readonly onPolled?: () => void;
};

export type Poller = {
  readonly consumer: NativeConsumer;
  /** Does something to the consumer while it hands nothing on: what was read before it never comes after it. */
  readonly between: <T>(work: () => T) => Promise<T>;
  readonly stop: () => Promise<void>;
};

const MOST = 1000;
/** How long an idle consumer is left alone although it has woken nobody. */
const LOOK_MS = 500;

/**
 * Polls a consumer without ever waiting inside librdkafka: such waits take threads of Node's pool, of which there are four
 * for everything. The consumer says when its queue fills.
 */
export const poller = async ({
  settings,
  onMessage,
  onEnd,
  onError,
  onPolled,
}: PollerParts): Promise<Poller> => {
  let wake: () => void = () => undefined;
  const waiting: (() => void)[] = [];
  const state = { stopped: false };
  const consumer = new (loadNative().KafkaConsumer)(
    {
      'enable.auto.commit': false,
      'enable.partition.eof': true,
      'fetch.wait.max.ms': 50,
      'fetch.error.backoff.ms': 50,
      ...settings,
      queue_non_empty_cb: () => {
        wake();
      },
    },
    { 'auto.offset.reset': 'earliest' },
  );
  let seen = 0;
  consumer.on('data', (message: NativeMessage) => {
    seen++;
    onMessage(message);
  });
  consumer.on('partition.eof', (end: Required<Omit<Place, 'metadata'>>) => {
    seen++;
    onEnd(end);
  });
  consumer.on('event.error', (error: NativeError) => {
    onError(librdkafkaError(error));
  });
  await connected(consumer);
  consumer.setDefaultConsumeTimeout(0);

  const poll = async (): Promise<void> => {
    while (!state.stopped) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const before = seen;
      await asked((done) => {
        consumer.consume(MOST, done);
      }).catch(onError);
      for (const work of waiting.splice(0)) work();
      if (seen !== before) onPolled?.();
      else await Promise.race([woken, pause(LOOK_MS, undefined, { ref: false })]);
    }
    for (const work of waiting.splice(0)) work();
  };
  const polling = poll();
  return {
    consumer,
    between: (work) =>
      new Promise((resolve, reject) => {
        const run = (): void => {
          try {
            resolve(work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error('librdkafka threw no error'));
          }
        };
        if (state.stopped) run();
        else waiting.push(run);
        wake();
      }),
    stop: async () => {
      state.stopped = true;
      wake();
      await polling;
      await asked((done) => consumer.disconnect(done)).catch(() => undefined);
    },
  };
};
