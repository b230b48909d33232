import { SLOTS, type Registry, type StreamRef } from '@orderloom/decider';
import {
  EngineError,
  explained,
  knownPast,
  searchWords,
  tenantTime,
  totalsOf,
  underItsKey,
  type Engine,
  type Moment,
  type StoredDocument,
} from '@orderloom/engine';
import {
  presentDocument,
  presentWork,
  previewOf,
  projections,
  summarizeOrder,
  type OrderDocument,
  type PresentedPreview,
} from '@orderloom/views';
import { isForeign, jsonData, orderBehind } from '@orderloom/wire';
import { ClientError } from '../client-error.ts';
import { consumedEvent } from '../consuming/event.ts';
import type { TryAgain } from '../result.ts';
import { effectListOf } from './effect-list.ts';
import { cursorTo, pageLimit, placeIn, searchOf, type PersonTokens } from './order-list.ts';
import type { Asking, EffectPage, Explained, History, Queries, Read } from './reading.ts';
import { workOf } from './work-list.ts';

/** What reading needs of an engine in this process. */
export type ReadableEngine = Pick<
  Engine,
  | 'get'
  | 'list'
  | 'search'
  | 'history'
  | 'explain'
  | 'waitFor'
  | 'asOf'
  | 'versionOf'
  | 'globalOf'
  | 'stateOf'
>;

export type EngineQueriesParts = {
  readonly engine: ReadableEngine;
  readonly registry: Registry;
  readonly personTokens: PersonTokens;
};

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

/** An order as its view wrote it. */
const storedOrder = (stored: StoredDocument, tenant: string) => {
  const { id, version, document } = underItsKey(stored, tenant);
  return { id, version, document: document as OrderDocument };
};

/** A stream's document as it was at a moment. Throws where there was nothing, as the edge would say it. */
const documentAt = async (
  { engine, registry }: EngineQueriesParts,
  stream: StreamRef,
  moment: Moment,
): Promise<Read<object>> => {
  const projection = projections.find(({ streamType }) => streamType === stream.type);
  if (projection === undefined)
    throw new ClientError('not-available', `the past of a stream of type ${stream.type} cannot be read here`);
  const time = tenantTime(engine, registry, stream.tenant, Date.now());
  const past = await knownPast({ engine, projection, time, clock: Date.now, patienceMs: 0 }, stream, moment);
  switch (past.outcome) {
    case 'found':
      return read(presentDocument(stream.type, underItsKey(past.document, stream.tenant)));
    case 'refused':
      if (past.code === 'stream-quarantined') return again(past.code, past.reason);
      throw new ClientError('invalid-argument', `${past.code}: ${past.reason}`);
    case 'behind':
      return again('position-not-reached', 'the views do not show that instant yet');
    case 'not-shown':
      return read<object>(undefined);
  }
};

/** Documents, lists and histories of an engine in this process, as its edge would give them. */
export const engineQueries = (parts: EngineQueriesParts): Queries => {
  const { engine } = parts;
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
    find: (own: StreamRef) => Promise<Read<T>>,
  ): Promise<Read<T>> =>
    attempted(async () => {
      if (!isThere(stream, asking)) return read<T>(undefined);
      const late = await behind(asking);
      if (late !== undefined) return late;
      const own = isForeign(stream)
        ? await orderBehind(engine, stream, asking.minPosition === undefined ? 0 : asking.leftMs)
        : stream;
      if (own === undefined) return read<T>(undefined);
      const answer = await find(own);
      return answer.outcome === 'read' && answer.found === undefined ? notShown(own) : answer;
    });

  /** A page of what the tenant has, once the views have come so far. */
  const pageOf = <T>(asking: Asking, find: () => Promise<T>): Promise<Read<T>> =>
    attempted(async () => {
      isThere({ tenant: asking.tenant, type: 'order', key: '' }, asking);
      return (await behind(asking)) ?? read(await find());
    });

  return {
    document: (stream, moment, asking) =>
      ask(stream, asking, async (own) => {
        if (moment !== undefined) return documentAt(parts, own, moment);
        const { type, tenant, key } = own;
        const stored = await engine.get(type, tenant, key);
        return read(stored && presentDocument(type, underItsKey(stored, tenant)));
      }),
    history: (stream, { after, limit }, asking) =>
      ask(stream, asking, async (own) => {
        const events = await engine.history(own, after, limit);
        if (events.length === 0 && after === 0) return read<History>(undefined);
        const next = events.length === limit ? (events.at(-1)?.version ?? null) : null;
        return read<History>({ events: events.map(consumedEvent), next });
      }),
    explanation: (stream, asking) =>
      ask(stream, asking, async (own) => {
        const found = await explained(engine, own);
        if (found === undefined) return read<Explained>(undefined);
        const { version, explanation, nextDeadline, because } = found;
        return read<Explained>({
          ...{ id: own.key, version, ...explanation },
          nextDeadline: nextDeadline && { name: nextDeadline.name, due: instant(nextDeadline.due) },
          because: because.map(consumedEvent),
        });
      }),
    preview: (edit, asking) =>
      ask(edit, asking, async () => {
        const { now } = tenantTime(engine, parts.registry, edit.tenant, Date.now());
        const found = await previewOf({ stateOf: engine.stateOf, registry: parts.registry, now }, edit);
        return read(jsonData(found) as PresentedPreview | undefined);
      }),
    orders: (query, asking) => {
      const { tenant } = asking;
      const { search, cursorOf } = searchOf(tenant, query, parts.personTokens);
      return pageOf(asking, async () => {
        const { documents, next, counts } = await searchWords(engine, 'order', search);
        const orders = documents.map((stored) => summarizeOrder(storedOrder(stored, tenant)));
        return { orders, next: next === null ? null : cursorOf(next), ...totalsOf(counts, search) };
      });
    },
    work: (query, asking) => {
      const { tenant } = asking;
      const { now } = tenantTime(engine, parts.registry, tenant, Date.now());
      const { question, cursorOf } = workOf(tenant, query, now);
      return pageOf(asking, async () => {
        const { documents, next } = await engine.search('order', question);
        const orders = documents.map((stored) => presentWork(storedOrder(stored, tenant), query.list, now));
        return { orders, next: next === null ? null : cursorOf(next) };
      });
    },
    effects: (query, asking) => {
      const { tenant } = asking;
      const list = effectListOf(query);
      const name = JSON.stringify(['effects', list]);
      const before = query.cursor === undefined ? null : placeIn(query.cursor, name);
      const limit = pageLimit(query.limit);
      return pageOf(asking, async () => {
        const { documents, next } = await engine.list('effect', tenant, list, before, limit);
        const effects = documents.map((stored) => presentDocument('effect', underItsKey(stored, tenant)));
        return {
          effects: effects as EffectPage['effects'],
          next: next === null ? null : cursorTo(next, name),
        };
      });
    },
  };
};
