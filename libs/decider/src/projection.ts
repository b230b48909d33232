import type { RecordedEvent } from './recorded-event.ts';

/**
 * A view's document as a pure fold over the events of one stream type. A document is at the version of the last
 * event folded into it; event n is folded only onto a document at n-1.
 */
export type Projection<D = unknown, G = unknown> = {
  readonly name: string;
  /** Changes whenever the fold or its lists change meaning: another id means a new generation of the view. */
  readonly foldId: string;
  readonly streamType: string;
  /** `undefined`: the document is not kept (before and after). */
  readonly fold: (document: D | undefined, event: RecordedEvent, global: G) => D | undefined;
  /** The lists this document stands in, `name:value`; each list is ordered by `sortKey`, newest last. */
  readonly lists: (document: D) => readonly string[];
  readonly sortKey: (document: D) => string;
  /**
   * Instants of the document by name, ms since 1970 UTC: documents that have one can be asked for in its order, earliest
   * first. A name is of letters, digits and `-`.
   */
  readonly instants?: (document: D) => Readonly<Record<string, number>>;
  /**
   * What the document is found by beside its lists: words of letters, digits, `-` and `~`, which stores keep as they are.
   * Left out: it is not searched.
   */
  readonly text?: (document: D) => readonly string[];
  /** Kinds of lists (`status`, `all`: what stands before the colon) whose documents are counted. */
  readonly counted?: readonly string[];
  /** What is added up over all documents. The same `amounts` mean that nothing of it has changed. Left out: nothing is. */
  readonly sums?: (document: D) => Summed;
};

/** Amounts of one document that add up with those of others, in each of these lists, by name: sums are of one unit. */
export type Summed = {
  readonly lists: readonly string[];
  /** What they are amounts of, as a currency. */
  readonly unit: string;
  /** Whole numbers, negative ones too. */
  readonly amounts: Readonly<Record<string, number>>;
};
