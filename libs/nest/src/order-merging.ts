import { underItsKey, type Engine, type KeyStore, type StoredDocument } from '@orderloom/engine';
import type { HttpOptions } from '@orderloom/http';
import { MERGED_AT_ONCE, ordersToMerge, receiverPlace, toMergeQuestion } from '@orderloom/views';
import type { OrderDocument, SealedReceiver } from '@orderloom/views';
import { openReceiver } from '@orderloom/wire';

const PAGE = 200;

/** Opened to be compared, and shown to nobody; an erased person lives nowhere. */
const placeOf =
  (keyStore: KeyStore) =>
  ({ nonce, ciphertext, ...sealed }: SealedReceiver): string | null => {
    const opened = openReceiver(keyStore, {
      ...sealed,
      nonce: Buffer.from(nonce, 'base64'),
      ciphertext: Buffer.from(ciphertext, 'base64'),
    });
    return opened === undefined ? null : receiverPlace(opened);
  };

/** Which orders may travel together, as HTTP needs it: those that wait longest are held against each other. */
export const orderMerging = (engine: Engine, keyStore: KeyStore): NonNullable<HttpOptions['merging']> => {
  const place = placeOf(keyStore);
  return async ({ tenant, lists, before, now }) => {
    const queue: StoredDocument[] = [];
    let next = before;
    do {
      const page = await engine.search('order', {
        ...{ ...toMergeQuestion(now), tenant, lists, terms: [], from: null, until: null, counted: [] },
        ...{ before: next, limit: PAGE },
      });
      queue.push(...page.documents.map((stored) => underItsKey(stored, tenant)));
      next = page.next;
    } while (next !== null && queue.length < MERGED_AT_ONCE);
    // The view of orders wrote them.
    const orders = queue as readonly (StoredDocument & { readonly document: OrderDocument })[];
    return { merges: ordersToMerge(orders, place, now), compared: queue.length, next };
  };
};
