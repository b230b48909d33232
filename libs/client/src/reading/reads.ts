import type { OrderEvent } from '@orderloom/domain';
import { presentedTypes, type Presented, type PresentedPreview } from '@orderloom/views';
import { ClientError } from '../client-error.ts';
import { patiently } from '../sending.ts';
import { momentOf } from './moment.ts';
import type {
  Asking,
  EffectPage,
  EffectQuery,
  Explained,
  GetOptions,
  History,
  HistoryOptions,
  OrderPage,
  OrderQuery,
  Queries,
  Read,
  ReadableType,
  ReadOptions,
  WorkPage,
  WorkQuery,
} from './reading.ts';

type Stream<T extends ReadableType> = { readonly type: T; readonly key: string };

/** What an engine shows. Rejects for what cannot be asked, and where nobody answers in time. */
export type Reads = {
  readonly orders: {
    /** As the views show it, or as it was at a moment; `undefined`: there is no such order. */
    readonly get: (orderId: string, options?: GetOptions) => Promise<Presented['order'] | undefined>;
    readonly list: (query?: OrderQuery, options?: ReadOptions) => Promise<OrderPage>;
    readonly history: (orderId: string, options?: HistoryOptions) => Promise<History<OrderEvent>>;
    /** Where it is as the next command will find it, and why; `undefined`: there is no such order. */
    readonly explain: (orderId: string, options?: ReadOptions) => Promise<Explained<OrderEvent> | undefined>;
  };
  readonly edits: {
    /** What committing it would come to at this moment: nothing is written. `undefined`: there is no such edit. */
    readonly preview: (editId: string, options?: ReadOptions) => Promise<PresentedPreview | undefined>;
  };
  /** What there is to do. */
  readonly work: {
    readonly list: (query: WorkQuery, options?: ReadOptions) => Promise<WorkPage>;
  };
  /** Calls to the outside. */
  readonly effects: {
    readonly list: (query?: EffectQuery, options?: ReadOptions) => Promise<EffectPage>;
  };
  /** The same for a stream of any type: `{type: 'stock', key: 'MUG@main'}`. */
  readonly get: <T extends ReadableType>(
    stream: Stream<T>,
    options?: GetOptions,
  ) => Promise<Presented[T] | undefined>;
  readonly history: (stream: Stream<ReadableType>, options?: HistoryOptions) => Promise<History>;
  readonly explain: (stream: Stream<ReadableType>, options?: ReadOptions) => Promise<Explained | undefined>;
};

export type ReadsParts = {
  readonly queries: Queries;
  readonly tenant: string;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
  /** Throws where the key can be no stream's, and where the client was stopped. */
  readonly check: (key: string) => void;
};

const POSITION = /^\d{1,4}:\d{1,15}$/;
const MOST_EVENTS = 500;
const USUAL_EVENTS = 100;
const NOTHING: History = { events: [], next: null };

const wrong = (message: string): never => {
  throw new ClientError('invalid-argument', message);
};

const whole = (what: string, value: number, [least, most]: readonly [number, number]): number =>
  Number.isSafeInteger(value) && value >= least && value <= most
    ? value
    : wrong(`${what} must be a whole number from ${least} to ${most}`);

export const readsOf = ({ queries, tenant, timeoutMs, check }: ReadsParts): Reads => {
  const ask = async <T>(
    { minPosition: said, signal }: ReadOptions,
    attempt: (asking: Asking) => Promise<Read<T>>,
  ): Promise<T | undefined> => {
    signal?.throwIfAborted();
    const minPosition = said ?? undefined;
    if (minPosition !== undefined && !POSITION.test(minPosition)) wrong('a position is that of a result');
    const answer = await patiently((limits) => attempt({ tenant, minPosition, ...limits }), {
      ...{ timeoutMs, ...(signal !== undefined && { signal }) },
    });
    if (answer.outcome === 'read') return answer.found;
    signal?.throwIfAborted();
    const code = answer.code === 'position-not-reached' ? answer.code : 'no-engine';
    throw new ClientError(code, `${answer.code}: ${answer.reason}`);
  };
  const refOf = ({ type, key }: Stream<ReadableType>) => {
    if (!presentedTypes.includes(type)) wrong(`there are streams of ${presentedTypes.join(', ')}`);
    check(key);
    return { tenant, type, key };
  };
  const get = async <T extends ReadableType>(stream: Stream<T>, options: GetOptions = {}) => {
    const ref = refOf(stream);
    const moment = momentOf(options);
    return (await ask(options, (asking) => queries.document(ref, moment, asking))) as
      Presented[T] | undefined;
  };
  const history = async (stream: Stream<ReadableType>, options: HistoryOptions = {}) => {
    const ref = refOf(stream);
    const range = {
      after: whole('after', options.after ?? 0, [0, Number.MAX_SAFE_INTEGER]),
      limit: whole('limit', options.limit ?? USUAL_EVENTS, [1, MOST_EVENTS]),
    };
    return (await ask(options, (asking) => queries.history(ref, range, asking))) ?? NOTHING;
  };
  const explain = async (stream: Stream<ReadableType>, options: ReadOptions = {}) => {
    const ref = refOf(stream);
    return ask(options, (asking) => queries.explanation(ref, asking));
  };
  const order = (key: string): Stream<'order'> => ({ type: 'order', key });
  return {
    ...{ get, history, explain },
    orders: {
      get: (id, options) => get(order(id), options),
      list: async (query = {}, options = {}) =>
        (await ask(options, (asking) => queries.orders(query, asking))) ?? { orders: [], next: null },
      history: async (id, options) => history(order(id), options),
      explain: async (id, options) =>
        (await explain(order(id), options)) as Explained<OrderEvent> | undefined,
    },
    edits: {
      preview: async (editId, options = {}) => {
        const edit = refOf({ type: 'edit', key: editId });
        return ask(options, (asking) => queries.preview(edit, asking));
      },
    },
    work: {
      list: async (query, options = {}) =>
        (await ask(options, (asking) => queries.work(query, asking))) ?? { orders: [], next: null },
    },
    effects: {
      list: async (query = {}, options = {}) =>
        (await ask(options, (asking) => queries.effects(query, asking))) ?? { effects: [], next: null },
    },
  };
};
