import { hash } from 'node:crypto';
import { splitFrames } from '../frames.ts';
import type { DocumentWrite, StreamChunk } from '../ports/view-store.ts';
import { HISTORY, isInShare, type Share } from './shares.ts';

/** A document, or the history of a stream, as far as a comparison looks at it. */
export type Shown = { readonly version: number; readonly digest: string };

/** What a generation of views shows: everything that it holds, as digests, share by share. */
export type ShownViews = {
  /** Its checkpoint: everything up to this log index, and these sequences of the slots, is shown at least. */
  readonly index: number;
  readonly sequences: ArrayLike<number>;
  /** Whether it has histories of its own; generations may share them. */
  readonly hasHistories: boolean;
  /** What the store writes down of the words and counts that a document is found by, for `KeptDocument.found`. */
  readonly foundBy: (document: DocumentWrite) => string;
  /**
   * What it shows of a share now, by `digestKey`. Each share is asked for once, behind the checkpoint and before the log is
   * read for it: whatever is shown is in the log then.
   */
  readonly digestsIn: (share: Share) => Digests | Promise<Digests>;
};

export type Digests = ReadonlyMap<string, Shown>;

/** Where the digest of a view's document, or of a stream's history, is found. */
export const digestKey = (view: string, id: string): string => `${view}\0${id}`;

const DIGEST_CHARACTERS = 22;

/** Everything that a view stores of a document; `body`: its JSON. */
export type KeptDocument = {
  readonly view: string;
  readonly id: string;
  readonly version: number;
  readonly sortKey: string;
  readonly lists: readonly string[];
  readonly body: string;
  /** What else the document is found by, in the words of its store; see `ShownViews`. */
  readonly found: string;
};

/** Of all that readers can see of a document. 128 bits. */
export const documentDigest = ({
  version,
  sortKey,
  lists,
  body,
  found,
}: Omit<KeptDocument, 'view' | 'id'>): string =>
  hash('sha256', JSON.stringify([version, sortKey, lists, body, found]), 'base64').slice(
    0,
    DIGEST_CHARACTERS,
  );

/** Of the frames of a stream, one after the other; `before`: of those in front, '' for the first. */
export const historyDigest = (before: string, frame: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from(before), frame]), 'base64').slice(0, DIGEST_CHARACTERS);

/** A history as it is shown, out of chunks in order. One with a hole has no digest that any log could have. */
const takeChunk = (before: Shown | undefined, { firstVersion, count, frames }: StreamChunk): Shown => {
  const { version, digest } = before ?? { version: 0, digest: '' };
  const last = firstVersion + count - 1;
  if (firstVersion !== version + 1) return { version: last, digest: 'a hole' };
  return { version: last, digest: splitFrames(frames).reduce(historyDigest, digest) };
};

/** The digests of what a store holds. `chunks`: of each stream in the order of their versions. */
export const digestsOf = (documents: Iterable<KeptDocument>, chunks: Iterable<StreamChunk>): Digests => {
  const digests = new Map<string, Shown>();
  for (const document of documents) {
    const { view, id, version } = document;
    digests.set(digestKey(view, id), { version, digest: documentDigest(document) });
  }
  for (const chunk of chunks) {
    const key = digestKey(HISTORY, chunk.streamId);
    digests.set(key, takeChunk(digests.get(key), chunk));
  }
  return digests;
};

/** The digests of documents that come page by page, and of histories; of a document that comes again the last one. */
export const pagedDigests = async (
  pages: AsyncIterable<Iterable<KeptDocument>>,
  chunks: Iterable<StreamChunk> = [],
): Promise<Digests> => {
  const digests = new Map(digestsOf([], chunks));
  for await (const page of pages) for (const [key, digest] of digestsOf(page, [])) digests.set(key, digest);
  return digests;
};

/** What was read all at one moment, share by share. */
export const heldDigests =
  (digests: Digests) =>
  (share: Share): Digests => {
    if (share.streams.after === null && share.streams.upTo === null) return digests;
    return new Map(
      [...digests].filter(([key]) => {
        const [view = '', id = ''] = key.split('\0');
        return isInShare(share, view, id);
      }),
    );
  };
