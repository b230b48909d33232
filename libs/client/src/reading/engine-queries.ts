import { SLOTS, type StreamRef } from '@orderloom/decider';
import { EngineError, explained, underItsKey, type Engine } from '@orderloom/engine';
import { presentDocument, summarizeOrder, type OrderDocument } from '@orderloom/views';
import { isForeign, orderBehind } from '@orderloom/wire';
import { ClientError } from '../client-error.ts';
import { consumedEvent } from '../consuming/event.ts';
import type { TryAgain } from '../result.ts';
import { questionOf } from './order-list.ts';
import type { Asking, Queries, Read } from './reading.ts';

/** What reading needs of an engine in this process. */
export type ReadableEngine = Pick<
  Engine,
  'get' | 'search' | 'history' | 'explain' | 'waitFor' | 'versionOf' | 'globalOf' | 'stateOf'
>;

/** Left of the time for the answer itself, ms. */
const ANSWER_MS = 50;

const again = (code: string, reason: string): TryAgain => ({ outcome: 'again', code, reason });
const read = <T>(found: T | undefined): Read<T> => ({ outcome: 'read', found });
const instant = (ms: number): string => new Date(ms).toISOString();

/** What an engine throws, in a caller's words. */
const attempted = async <T>(work: () => Promise<Read<T>>): Promise<Read<T>> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.code === 'not-available') throw new ClientError('not-available', error.message);
    if (error.retryable) return again(error.code, error.message);
    throw error;
  }
};

const positionOf = (text: string): { readonly slot: number; readonly sequence: number } => {
  const [slot = SLOTS, sequence = 0] = text.split(':').map(Number);
  return { slot, sequence };
};

/** Documents, lists and histories of an engine in this process, as its edge would give them. */
export const engineQueries = (engine: ReadableEngine): Queries => {
  const isThere = ({ tenant, type, key }: StreamRef, asking: Asking): boolean => {
    // A tenant sees no other tenant's own stream.
    if (type === 'tenant') return key === asking.tenant;
    if (engine.globalOf(tenant) !== undefined) return true;
    throw new ClientError('invalid-argument', 'unknown-tenant: there is no tenant of that name');
  };
  const behind = async ({ minPosition, leftMs }: Asking): Promise<TryAgain | undefined> =>
    // In time to say so, before the caller's own patience ends.
    minPosition === undefined ||
    (await engine.waitFor(positionOf(minPosition), Math.max(0, leftMs - ANSWER_MS)))
      ? undefined
      : again('position-not-reached', 'the views have not reached that position in time');
  /** It is not there, or not there yet. */
  const notShown = (stream: StreamRef): Read<never> =>
    engine.versionOf(stream) === undefined
      ? read<never>(undefined)
      : again('position-not-reached', 'it exists, and the views do not show it yet');
  const ask = <T>(
    stream: StreamRef,
    asking: Asking,
    found: (own: StreamRef) => Promise<T | undefined>,
  ): Promise<Read<T>> =>
    attempted(async () => {
      if (!isThere(stream, asking)) return read<T>(undefined);
      const late = await behind(asking);
      if (late !== undefined) return late;
      const own = isForeign(stream)
        ? await orderBehind(engine, stream, asking.minPosition === undefined ? 0 : asking.leftMs)
        : stream;
      if (own === undefined) return read<T>(undefined);
      const answer = await found(own);
      return answer === undefined ? notShown(own) : read(answer);
    });

  return {
    document: (stream, asking) =>
      ask(stream, asking, async ({ type, tenant, key }) => {
        const stored = await engine.get(type, tenant, key);
        return stored && presentDocument(type, underItsKey(stored, tenant));
      }),
    history: (stream, { after, limit }, asking) =>
      ask(stream, asking, async (own) => {
        const events = await engine.history(own, after, limit);
        if (events.length === 0 && after === 0) return undefined;
        const next = events.length === limit ? (events.at(-1)?.version ?? null) : null;
        return { events: events.map(consumedEvent), next };
      }),
    explanation: (stream, asking) =>
      ask(stream, asking, async (own) => {
        const found = await explained(engine, own);
        if (found === undefined) return undefined;
        const { version, explanation, nextDeadline, because } = found;
        return {
          ...{ id: own.key, version, ...explanation },
          nextDeadline: nextDeadline && { name: nextDeadline.name, due: instant(nextDeadline.due) },
          because: because.map(consumedEvent),
        };
      }),
    orders: (query, asking) => {
      const { tenant } = asking;
      const { question, cursorOf } = questionOf(tenant, query);
      return attempted(async () => {
        isThere({ tenant, type: 'order', key: '' }, asking);
        const late = await behind(asking);
        if (late !== undefined) return late;
        const { documents, next } = await engine.search('order', question);
        const orders = documents.map((stored) => {
          const { id, version, document } = underItsKey(stored, tenant);
          return summarizeOrder({ id, version, document: document as OrderDocument });
        });
        return read({ orders, next: next === null ? null : cursorOf(next) });
      });
    },
  };
};
