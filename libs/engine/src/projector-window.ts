import { streamIdOf, type Projection, type RecordedEvent } from '@orderloom/decider';
import { EngineError } from './errors.ts';
import type { ParkedEvent, StreamChunk } from './ports/view-store.ts';

/** A document on its way: where it stands, and what it was loaded as. */
export type Working = { version: number; document: unknown; existed: boolean };

export type Framed = { readonly event: RecordedEvent; readonly frame: Uint8Array };

export const positionGap = (event: RecordedEvent, expected: number): EngineError =>
  new EngineError(
    'position-gap',
    `slot ${String(event.slot)} goes on at sequence ${String(event.sequence)}, expected ${String(expected)}: the projector stops`,
    { retryable: false },
  );

/** Groups are missing; it is not enough that their slots would show it one day. */
export const groupGap = (first: number, expected: number): EngineError =>
  new EngineError(
    'position-gap',
    `the log goes on at event ${String(first)}, expected ${String(expected)}: the projector stops`,
    { retryable: false },
  );

/** `tenant/type/key` -> `tenant/key`: a view holds documents of one stream type. */
export const documentId = (streamId: string): string => {
  const tenantEnd = streamId.indexOf('/');
  return streamId.slice(0, tenantEnd) + streamId.slice(streamId.indexOf('/', tenantEnd + 1));
};

export const groupByStream = (events: readonly Framed[]): Map<string, Framed[]> => {
  const streams = new Map<string, Framed[]>();
  for (const framed of events) {
    const id = streamIdOf(framed.event.stream);
    const known = streams.get(id);
    if (known === undefined) streams.set(id, [framed]);
    else known.push(framed);
  }
  return streams;
};

export const chunkOf = (streamId: string, framed: readonly Framed[]): StreamChunk => ({
  streamId,
  firstVersion: framed[0]?.event.version ?? 0,
  count: framed.length,
  frames: Buffer.concat(framed.map(({ frame }) => frame)),
});

export const parkedEvent = (projection: Projection, event: RecordedEvent, reason: string): ParkedEvent => ({
  handler: projection.name,
  streamId: streamIdOf(event.stream),
  version: event.version,
  reason,
  recordedAt: event.recordedAt,
});
