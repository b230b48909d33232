import { streamIdOf, type Projection, type RecordedEvent, type Summed } from '@orderloom/decider';
import { EngineError } from './errors.ts';
import type { StoredDocument } from './ports/stored-document.ts';

/** A document in work: where it stands, and whether the store has it. */
export type Working = {
  readonly projection: Projection;
  readonly tenant: string;
  readonly id: string;
  version: number;
  document: unknown;
  existed: boolean;
  /** What of it the store's sums hold. */
  summed: Summed | undefined;
};

/** The documents of a stream of which nothing has been folded yet. */
export const newDocuments = (
  { id: streamId, tenant, type }: { readonly id: string; readonly tenant: string; readonly type: string },
  projections: readonly Projection[],
): readonly Working[] => {
  // `tenant/type/key` -> `tenant/key`: a view holds documents of one stream type.
  const id = `${tenant}/${streamId.slice(tenant.length + type.length + 2)}`;
  return projections.map((projection) => ({
    projection,
    tenant,
    id,
    version: 0,
    document: undefined,
    existed: false,
    summed: undefined,
  }));
};

export const takeStored = (working: Working, stored: StoredDocument | undefined): void => {
  if (stored === undefined) return;
  working.version = stored.version;
  working.document = stored.document;
  working.existed = true;
  working.summed = working.projection.sums?.(stored.document);
};

/** The document is not at n-1: it is folded again from the stream's own history. */
export const refold = (
  working: Working,
  until: RecordedEvent,
  { history, global }: { readonly history: readonly RecordedEvent[]; readonly global: unknown },
): void => {
  working.version = 0;
  working.document = undefined;
  for (const event of history) {
    if (event.version >= until.version) break;
    if (event.version <= working.version) continue;
    working.document = working.projection.fold(working.document, event, global);
    working.version = event.version;
  }
  if (working.version !== until.version - 1)
    throw new EngineError(
      'history-gap',
      `${streamIdOf(until.stream)} has no event ${String(working.version + 1)}`,
      { retryable: false },
    );
};
