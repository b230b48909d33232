import { streamIdOf, type Projection, type RecordedEvent } from '@orderloom/decider';
import { newDocuments, type Working } from '../projector-documents.ts';
import { writeOf } from '../projector-window.ts';
import { HISTORY } from './shares.ts';
import {
  digestKey,
  documentDigest,
  historyDigest,
  type Digests,
  type Shown,
  type ShownViews,
} from './view-digests.ts';

/** What is wrong with a document or a history that a view shows. */
export type DifferenceKind = 'missing' | 'behind' | 'ahead' | 'different' | 'extra';

/** Something folded afresh, beside what the view shows of it. */
type Fresh = {
  readonly shown: Shown | undefined;
  /** Version of the last event that was folded into it. */
  version: number;
  /** Version that a view at its checkpoint cannot be behind. */
  due: number;
  /** Whether something is kept of it at all, at the version in `due`. */
  isKept: boolean;
  /** Whether it was the same when it was at the version that is shown. */
  isSame: boolean | undefined;
};

type FreshDocument = Fresh & { readonly working: Working; isStuck: boolean };
type FreshHistory = Fresh & { digest: string };
type FreshStream = { readonly history: FreshHistory; readonly documents: readonly FreshDocument[] };

const fresh = (shown: Shown | undefined): Fresh => ({
  ...{ shown, version: 0, due: 0, isKept: false },
  isSame: undefined,
});

const differenceOf = ({ shown, version, due, isKept, isSame }: Fresh): DifferenceKind | undefined => {
  if (shown === undefined) return due > 0 && isKept ? 'missing' : undefined;
  if (isSame === undefined) return shown.version > version ? 'ahead' : 'extra';
  if (!isSame) return 'different';
  return shown.version < due ? 'behind' : undefined;
};

type ShownRules = Pick<ShownViews, 'hasHistories' | 'foundBy'>;

/** Folds events in the order of the log into documents of its own, and holds each against what is shown of it. */
export class FreshFold {
  readonly #projections: readonly Projection[];
  readonly #shown: Digests;
  readonly #hasHistories: boolean;
  readonly #foundBy: ShownViews['foundBy'];
  readonly #streams = new Map<string, FreshStream>();

  constructor(projections: readonly Projection[], digests: Digests, views: ShownRules) {
    this.#projections = projections;
    this.#shown = digests;
    this.#hasHistories = views.hasHistories;
    this.#foundBy = views.foundBy;
  }

  /** `isDue`: a view at its checkpoint shows the event. */
  take(
    event: RecordedEvent,
    frame: Uint8Array,
    { isDue, global }: { isDue: boolean; global: unknown },
  ): void {
    const { history, documents } = this.#streamOf(event);
    if (this.#hasHistories) {
      history.digest = historyDigest(history.digest, frame);
      passed(history, event.version, { isDue, isKept: true, digest: () => history.digest });
    }
    for (const document of documents) {
      const { working } = document;
      if (document.isStuck) continue;
      try {
        working.document = working.projection.fold(working.document, event, global);
      } catch {
        // A view has parked it, and what follows for the stream waits behind it.
        document.isStuck = true;
        continue;
      }
      working.version = event.version;
      const isKept = working.document !== undefined;
      passed(document, event.version, { isDue, isKept, digest: () => digestOf(working, this.#foundBy) });
    }
  }

  /** Everything that was folded, with what is wrong with it. */
  *findings(): Generator<{ readonly key: string; readonly kind: DifferenceKind | undefined }> {
    for (const [streamId, { history, documents }] of this.#streams) {
      yield { key: digestKey(HISTORY, streamId), kind: differenceOf(history) };
      for (const document of documents) yield { key: keyOf(document.working), kind: differenceOf(document) };
    }
  }

  #streamOf(event: RecordedEvent): FreshStream {
    const id = streamIdOf(event.stream);
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const { tenant, type } = event.stream;
    const begun = {
      history: { ...fresh(this.#shown.get(digestKey(HISTORY, id))), digest: '' },
      documents: newDocuments(
        { id, tenant, type },
        this.#projections.filter(({ streamType }) => streamType === type),
      ).map((working) => ({
        ...fresh(this.#shown.get(keyOf(working))),
        ...{ working, isStuck: false },
      })),
    };
    this.#streams.set(id, begun);
    return begun;
  }
}

const keyOf = ({ projection, id }: Working): string => digestKey(projection.name, id);

const digestOf = (working: Working, foundBy: ShownViews['foundBy']): string => {
  const write = writeOf(working);
  const { document, version, sortKey, lists } = write;
  return documentDigest({ version, sortKey, lists, body: JSON.stringify(document), found: foundBy(write) });
};

const passed = (
  one: Fresh,
  version: number,
  {
    isDue,
    isKept,
    digest,
  }: { readonly isDue: boolean; readonly isKept: boolean; readonly digest: () => string },
): void => {
  one.version = version;
  if (isDue) {
    one.due = version;
    one.isKept = isKept;
  }
  if (version === one.shown?.version) one.isSame = isKept && digest() === one.shown.digest;
};
