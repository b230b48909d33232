import { loadNative, type NativeError } from './native.ts';

/** An error of librdkafka in the broker's words, by which the lib above tells what it means. */
export class LibrdkafkaError extends Error {
  readonly type: string;
  constructor(type: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'LibrdkafkaError';
    this.type = type;
  }
}

/** Where librdkafka has words of its own. */
const TYPES: Readonly<Record<string, string>> = {
  ERR__FENCED: 'PRODUCER_FENCED',
  ERR_MSG_SIZE_TOO_LARGE: 'MESSAGE_TOO_LARGE',
  ERR_INVALID_MSG_SIZE: 'INVALID_RECORD_SIZE',
};

let names: ReadonlyMap<number, string> | undefined;
const nameOf = (code: number): string => {
  names ??= new Map(Object.entries(loadNative().CODES.ERRORS).map(([name, number]) => [number, name]));
  return names.get(code) ?? `ERR_${String(code)}`;
};

export const librdkafkaError = (error: NativeError): LibrdkafkaError => {
  const name = nameOf(error.code);
  return new LibrdkafkaError(TYPES[name] ?? name.replace(/^ERR__?/, ''), error.message, error);
};

/** A call that is answered by callback, as a promise. It may throw at once where the handle is gone already. */
export const asked = <T>(
  call: (done: (error: NativeError | null | undefined, value: T) => void) => void,
): Promise<T> =>
  new Promise((resolve, reject) => {
    try {
      call((error, value) => {
        if (error === null || error === undefined) resolve(value);
        else reject(librdkafkaError(error));
      });
    } catch (error) {
      reject(error instanceof Error ? error : new Error('librdkafka threw no error'));
    }
  });

const CONNECT_WITHIN_MS = 10_000;

type Connectable = {
  readonly connect: (
    metadata: { allTopics: boolean; timeout: number },
    done: (error: NativeError | null | undefined) => void,
  ) => void;
};

/** Resolves when a broker has answered. Whoever is not let in hears of a transport failure when the time is over. */
export const connected = async (handle: Connectable): Promise<void> => {
  await asked<unknown>((done) => {
    handle.connect({ allTopics: false, timeout: CONNECT_WITHIN_MS }, (error) => {
      done(error, undefined);
    });
  });
};
