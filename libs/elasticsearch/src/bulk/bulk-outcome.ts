import { failureOfStatus } from '../failures.ts';
import type { Operation } from '../operations.ts';

/** What Elasticsearch says of each operation, in their order. */
export type BulkAnswer = {
  readonly items: readonly Readonly<
    Record<string, { readonly status: number; readonly error?: { readonly type?: string } }>
  >[];
};

export type BulkOutcome = {
  /** Could not be written just now. */
  readonly again: readonly Operation[];
  /** Some of `again` because the server has too much to do. */
  readonly busy: boolean;
  /** Will never be written. */
  readonly refused: readonly { readonly operation: Operation; readonly why: string }[];
  /** Aliases whose index is gone. */
  readonly lost: readonly string[];
};

/** Item by item: what was overtaken by something newer counts as written. */
export const outcomeOf = (operations: readonly Operation[], { items }: BulkAnswer): BulkOutcome => {
  const again: Operation[] = [];
  const refused: { operation: Operation; why: string }[] = [];
  const lost: string[] = [];
  let busy = false;
  for (const [at, operation] of operations.entries()) {
    const { status, error } = Object.values(items[at] ?? {})[0] ?? { status: 503 };
    if (status < 300) continue;
    const failure = failureOfStatus(status, error?.type ?? '');
    busy ||= failure === 'busy';
    if (failure === 'lost') lost.push(operation.to);
    else if (failure === 'refused') refused.push({ operation, why: error?.type ?? String(status) });
    else if (failure !== 'stale') again.push(operation);
  }
  return { again, busy, refused, lost };
};
