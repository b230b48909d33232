import type { Registry } from '@orderloom/decider';
import { IDEMPOTENCY_WINDOW_MS, tenantTime, type Engine, type KeyStore } from '@orderloom/engine';
import type { EdgeEvents, HttpOptions } from '@orderloom/http';
import { metricsRegistry } from '@orderloom/runtime';
import { presentDocument, previewOf, projections, summarizeDocument } from '@orderloom/views';
import { edgeCommand, holdsCardNumber, isForeign, jsonData, jsonEvent, orderBehind } from '@orderloom/wire';
import { describeLifecycle } from './describe-lifecycle.ts';
import { eventTypes, outsideCommands, problemTitles } from './edge-catalogue.ts';
import { orderMerging } from './order-merging.ts';
import { orderSearch } from './order-search.ts';
import { orderTrace } from './order-trace.ts';
import { orderWork } from './order-work.ts';

/** What differs between the engines that can stand behind an edge. */
export type EdgeParts = Pick<
  HttpOptions,
  | 'precheck'
  | 'build'
  | 'log'
  | 'generations'
  | 'cacheGenerations'
  | 'cacheReads'
  | 'callbacks'
  | 'verdicts'
  | 'alarms'
> & {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly keyStore: KeyStore;
  /** The log for readers outside; without it live events are `not-available`. */
  readonly events?: Omit<EdgeEvents, 'types'>;
};

/** An engine with orders, as HTTP needs it. */
export const edgeOptions = ({ registry, keyStore, events, ...parts }: EdgeParts): HttpOptions => ({
  ...parts,
  prepareCommand: (streamType, commandType, body, sender) =>
    edgeCommand(streamType, commandType, body, { ...sender, keyStore }),
  holdsCardNumber,
  otherNames: {
    isOne: isForeign,
    behind: (stream, waitMs) => orderBehind(parts.engine, stream, waitMs),
  },
  projectionOf: (type) => projections.find(({ streamType }) => streamType === type),
  timeOf: (tenant) => tenantTime(parts.engine, registry, tenant, Date.now()),
  present: presentDocument,
  summarize: summarizeDocument,
  search: orderSearch(keyStore),
  work: orderWork,
  merging: orderMerging(parts.engine, keyStore),
  previewOf: async (edit) => {
    const { engine } = parts;
    const { now } = tenantTime(engine, registry, edit.tenant, Date.now());
    return jsonData(await previewOf({ stateOf: engine.stateOf, registry, now }, edit)) as object | undefined;
  },
  ...orderTrace(parts.engine, registry),
  presentEvent: jsonEvent,
  ...(events !== undefined && { events: { ...events, types: eventTypes } }),
  describeLifecycle: describeLifecycle(parts.engine),
  commands: outsideCommands(registry),
  rejections: problemTitles,
  clock: Date.now,
  idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
  cursorKey: keyStore.tokenKey('list-cursors'),
  metrics: metricsRegistry(),
});
