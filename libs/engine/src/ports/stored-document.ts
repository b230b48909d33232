/** A view's document with the version of the last event folded into it. */
export type StoredDocument = {
  readonly id: string;
  readonly version: number;
  /** JSON value. */
  readonly document: unknown;
};

/** A document under its stream's own key: stores keep documents by tenant and key. */
export const underItsKey = (stored: StoredDocument, tenant: string): StoredDocument => {
  const prefix = `${tenant}/`;
  return stored.id.startsWith(prefix) ? { ...stored, id: stored.id.slice(prefix.length) } : stored;
};
