import type { KafkaClient, NewRecord } from '../client/client-port.ts';

type Queued = {
  readonly message: NewRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** Records of one topic, sent in order; those of one turn of the event loop, and those that come while one is on its way, share a request. */
export type CommandProducer = {
  /** Resolves when all replicas have it. */
  readonly send: (message: NewRecord) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const commandProducer = async (
  kafka: Pick<KafkaClient, 'producer'>,
  topic: string,
): Promise<CommandProducer> => {
  const producer = await kafka.producer();
  let queue: Queued[] = [];
  let sending: Promise<void> | undefined;
  const sendAll = async (): Promise<void> => {
    while (queue.length > 0) {
      const taken = queue;
      queue = [];
      try {
        await producer.send(
          topic,
          taken.map(({ message }) => message),
        );
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    sending = undefined;
  };
  const begin = (): void => {
    sending ??= new Promise<void>((resolve) => setImmediate(resolve)).then(sendAll);
  };
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        queue.push({ message, resolve, reject });
        begin();
      }),
    close: async () => {
      await sending;
      await producer.close();
    },
  };
};
