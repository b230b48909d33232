import { slotOfOrderId, type RecordedEvent } from '@orderloom/decider';
import type { OrderPlacedData, SealedExchange } from '@orderloom/domain';
import type { Engine, Exchange, KeyStore } from '@orderloom/engine';
import { subjectOf } from './edge-command.ts';
import { sealExchange, type OrderName, type Owner } from './exchange-sealing.ts';

/** Seals what was said about an order; `null`: there is no key for it, and nobody will ever read it. Never rejects. */
export type SealExchange = (order: OrderName, exchange: Exchange) => Promise<SealedExchange | null>;

/** Views that are behind are waited for, and not for ever, ms. */
const VIEWS_PATIENCE_MS = 2_000;

/**
 * The key with which the order's own receiver is sealed: whoever erases the buyer erases what was said about the order with
 * it. An order without a receiver has its buyer's, or that of the guest who has placed it.
 */
const ownerOf = (keyStore: KeyStore, tenant: string, placed: RecordedEvent): Owner | undefined => {
  const { receiver, buyerId } = placed.data as OrderPlacedData;
  if (receiver) {
    const key = keyStore.find(receiver.keyId);
    return key && { subject: receiver.subject, key };
  }
  const subject = subjectOf(tenant, buyerId, placed.commandId);
  return { subject, key: keyStore.assign(subject) };
};

/**
 * Seals by the order's first event, which says whose it is. An order that is not there has nobody, and where nobody can read
 * a history nothing is sealed: the note of an exchange does not wait for that. `onProblem` is told why, without what it was about.
 */
export const exchangeSealer = ({
  engine,
  keyStore,
  onProblem,
}: {
  readonly engine: Pick<Engine, 'history' | 'versionOf' | 'waitFor'>;
  readonly keyStore: KeyStore;
  readonly onProblem: (message: string) => void;
}): SealExchange => {
  const firstOf = async ({ tenant, orderId }: OrderName): Promise<RecordedEvent | undefined> => {
    const stream = { tenant, type: 'order', key: orderId };
    const [first] = await engine.history(stream, 0, 1);
    const slot = slotOfOrderId(orderId);
    if (first !== undefined || slot === undefined || engine.versionOf(stream) === undefined) return first;
    await engine.waitFor({ slot, sequence: 1 }, VIEWS_PATIENCE_MS);
    return (await engine.history(stream, 0, 1))[0];
  };
  return async (order, exchange) => {
    try {
      const placed = await firstOf(order);
      const owner = placed && ownerOf(keyStore, order.tenant, placed);
      return owner === undefined ? null : sealExchange(owner, order, exchange);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      onProblem(`an exchange with a payment provider is noted without its whole text: ${why}`);
      return null;
    }
  };
};
