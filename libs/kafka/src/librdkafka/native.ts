import { createRequire } from 'node:module';
import { EngineError } from '@orderloom/engine';

/** Where records of one partition are; without an offset: where the group has committed. */
export type Place = {
  readonly topic: string;
  readonly partition: number;
  readonly offset?: number;
  readonly metadata?: string;
};
export type NativeMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly Readonly<Record<string, Buffer>>[];
};
export type NativeError = { readonly code: number; readonly message: string };
type Done<T> = (error: NativeError | null | undefined, value: T) => void;

export type NativeSettings = Readonly<Record<string, unknown>>;

// What is used here of the package's own parts, as its version below has them.
type Handle = {
  readonly connect: (metadata: { allTopics: boolean; timeout: number }, done: Done<unknown>) => void;
  readonly on: (event: string, listener: (...told: never[]) => void) => unknown;
};
export type NativeConsumer = Handle & {
  readonly subscribe: (topics: readonly string[]) => unknown;
  readonly unsubscribe: () => unknown;
  readonly incrementalAssign: (places: readonly Place[]) => unknown;
  readonly incrementalUnassign: (places: readonly Place[]) => unknown;
  readonly pause: (places: readonly Place[]) => unknown;
  readonly resume: (places: readonly Place[]) => unknown;
  readonly setDefaultConsumeTimeout: (ms: number) => void;
  readonly consume: (most: number, done: Done<readonly NativeMessage[]>) => void;
  readonly commitCb: (places: readonly Place[], done: Done<unknown>) => unknown;
  readonly disconnect: (done: Done<unknown>) => unknown;
};
export type DeliveryReport = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly opaque?: unknown;
};
type Header = Readonly<Record<string, Buffer | string>>;
export type NativeProducer = Handle & {
  readonly produce: (
    topic: string,
    partition: number | null,
    value: Buffer | null,
    ...more: [
      key: Buffer | string | null,
      timestamp: number | null,
      opaque: unknown,
      headers: readonly Header[],
    ]
  ) => unknown;
  readonly setPollInBackground: (on: boolean) => unknown;
  readonly initTransactions: (timeoutMs: number, done: Done<unknown>) => void;
  readonly beginTransaction: (done: Done<unknown>) => void;
  readonly commitTransaction: (timeoutMs: number, done: Done<unknown>) => void;
  readonly abortTransaction: (timeoutMs: number, done: Done<unknown>) => void;
  readonly sendOffsetsToTransaction: (
    offsets: readonly Place[],
    consumer: NativeConsumer,
    timeoutMs: number,
    done: Done<unknown>,
  ) => void;
  readonly disconnect: (timeoutMs: number, done: Done<unknown>) => unknown;
};
type Failing = { readonly error?: NativeError };
export type DescribedTopic = Failing & { readonly name: string; readonly partitions?: readonly unknown[] };
export type ListedOffset = Failing & Required<Omit<Place, 'metadata'>>;
export type GroupAnswer = Failing & {
  readonly partitions: readonly (ListedOffset & { readonly metadata?: string | null })[];
};
type NativeAdmin = {
  readonly disconnect: () => void;
  readonly describeTopics: (
    topics: readonly string[],
    options: { readonly timeout: number },
    done: Done<readonly DescribedTopic[]>,
  ) => void;
  readonly listOffsets: (
    places: readonly (Omit<Place, 'offset'> & { readonly offset: unknown })[],
    options: { readonly timeout: number; readonly isolationLevel: number },
    done: Done<readonly ListedOffset[]>,
  ) => void;
  readonly listConsumerGroupOffsets: (
    groups: readonly { readonly groupId: string; readonly partitions: readonly Place[] }[],
    options: { readonly timeout: number },
    done: Done<readonly GroupAnswer[]>,
  ) => void;
};
export type Native = {
  readonly KafkaConsumer: new (settings: NativeSettings, topic: NativeSettings) => NativeConsumer;
  readonly Producer: new (settings: NativeSettings, topic: NativeSettings) => NativeProducer;
  readonly AdminClient: { readonly create: (settings: NativeSettings) => NativeAdmin };
  readonly IsolationLevel: { readonly READ_UNCOMMITTED: number; readonly READ_COMMITTED: number };
  readonly OffsetSpec: { readonly EARLIEST: unknown; readonly LATEST: unknown };
  readonly CODES: { readonly ERRORS: Readonly<Record<string, number>> };
};

const PACKAGE = '@confluentinc/kafka-javascript';
const VERSION = '1.10.1';
const require = createRequire(import.meta.url);
let loaded: Native | undefined;

/** The package with librdkafka, loaded when it is first needed. Throws `not-available` where it is not installed. */
export const loadNative = (): Native => {
  try {
    return (loaded ??= (require(PACKAGE) as { readonly RdKafka: Native }).RdKafka);
  } catch (error) {
    throw new EngineError(
      'not-available',
      `the client librdkafka needs ${PACKAGE} with its binary: npm install ${PACKAGE}@${VERSION}, ` +
        'or in a checkout of Orderloom npm run kafka:native',
      { retryable: false, cause: error },
    );
  }
};
