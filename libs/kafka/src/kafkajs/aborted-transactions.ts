/** What is used here of a record as kafkajs decodes it, and of a transaction that was aborted. */
type Decoded = {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly isControlRecord?: boolean;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
};
type Aborted = { readonly producerId: string; readonly firstOffset: string };

const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);

const byOffset = (a: Aborted, b: Aborted): number => Number(a.firstOffset) - Number(b.firstOffset);

/**
 * Records but those of aborted transactions. Which those are, a fetch says as (producer, first offset), in no order; each
 * ends with its producer's marker. Control records stay in.
 */
export const withoutAborted = <Message extends Decoded>(
  messages: readonly Message[],
  aborted: readonly Aborted[] | null | undefined,
): Message[] => {
  const coming = [...(aborted ?? [])].sort(byOffset);
  const open = new Set<string>();
  return messages.filter((message) => {
    for (
      let next = coming[0];
      next !== undefined && Number(next.firstOffset) <= Number(message.offset);
      next = coming[0]
    ) {
      open.add(next.producerId);
      coming.shift();
    }
    const { batchContext } = message;
    if (batchContext === undefined) return true;
    if (message.isControlRecord === true) {
      if (message.key?.equals(ABORT_MARKER) === true) open.delete(batchContext.producerId);
      return true;
    }
    return !(batchContext.inTransaction && open.has(batchContext.producerId));
  });
};

/**
 * kafkajs 2.2.4 takes the aborted transactions of a fetch one a record and in the order in which they come: where
 * several producers abort at once, as with a process that dies, it shows records of transactions that never happened.
 * Replaces `consumer/filterAbortedMessages`, so it must run before kafkajs is loaded. Upstream: not reported there.
 */
export const hideAllAborted = (require: NodeJS.Require): void => {
  const path = require.resolve('kafkajs/src/consumer/filterAbortedMessages.js');
  require(path);
  const module = require.cache[path];
  if (module === undefined) return;
  module.exports = (fetched: { messages: Decoded[]; abortedTransactions?: Aborted[] }) =>
    withoutAborted(fetched.messages, fetched.abortedTransactions);
};
