import type { StoredDocument } from '@orderloom/engine';

/** A document as its row has it; `body`: JSON. */
export type DocumentRow = { readonly id: string; readonly version: number; readonly body: string };

export const storedDocument = ({ id, version, body }: DocumentRow): StoredDocument => ({
  id,
  version,
  document: JSON.parse(body) as unknown,
});
