import { streamIdOf, type Projection } from '@orderloom/decider';
import { framesIn } from '../frames.ts';
import type { Codec } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';

/** The histories of streams, beside the views that projections are named for. */
export const HISTORY = '$history';

/** Ids behind `after` and up to `upTo`, in the order of their characters; `null`: no bound on that side. */
export type IdRange = { readonly after: string | null; readonly upTo: string | null };

/** A part of everything that views show: all that is of the streams in one range. */
export type Share = {
  readonly streams: IdRange;
  /** The ids of the same streams as each view has them. */
  readonly views: readonly { readonly view: string; readonly ids: IdRange }[];
  /** Whether what is of no such view is looked for here: in one of all shares. */
  readonly hasUnknown: boolean;
};

type Views = readonly Pick<Projection, 'name' | 'streamType'>[];

/** Behind every id of a tenant, `tenant/...`, and before every other one: the character that follows `/`. */
const BEHIND = '0';

export const isWithin = ({ after, upTo }: IdRange, id: string): boolean =>
  (after === null || id > after) && (upTo === null || id <= upTo);

/** Whether a document, or with the view `$history` the history of a stream, is in a share. */
export const isInShare = ({ streams, views, hasUnknown }: Share, view: string, id: string): boolean => {
  if (view === HISTORY) return isWithin(streams, id);
  const known = views.find((one) => one.view === view);
  return known === undefined ? hasUnknown : isWithin(known.ids, id);
};

/** A bound among streams, `tenant/type/key`, as a bound among documents of one type of stream, `tenant/key`. */
const boundAmong = (streamType: string, bound: string | null): string | null => {
  if (bound === null) return null;
  const [tenant = '', type = '', ...key] = bound.split('/');
  if (type === streamType) return [tenant, ...key].join('/');
  return tenant + (`${streamType}/` < `${type}/` ? BEHIND : '/');
};

const shareOf = (streams: IdRange, views: Views): Share => ({
  streams,
  views: views.map(({ name, streamType }) => ({
    view: name,
    ids: {
      after: boundAmong(streamType, streams.after),
      upTo: boundAmong(streamType, streams.upTo),
    },
  })),
  hasUnknown: streams.after === null,
});

/** The shares between bounds in order: each stream is in one of them. */
export const sharesBetween = (bounds: readonly string[], views: Views): readonly Share[] =>
  [...bounds, null].map((upTo, at) => shareOf({ after: bounds[at - 1] ?? null, upTo }, views));

/** How many events are looked at for each bound that is sought. */
const SAMPLES_A_BOUND = 200;
/** A store may order other characters differently from this machine. */
const PLAIN = /^[ -~]+$/;

export type BoundsOptions = {
  readonly codec: Pick<Codec, 'readFrame'>;
  readonly read: () => Iterable<StoredGroup> | AsyncIterable<StoredGroup>;
  /** About how many events there are. */
  readonly head: number;
  readonly shares: number;
  readonly onEvents: (done: number) => void | Promise<void>;
};

/** Bounds that cut the streams into so many shares of about as many events each; fewer where one stream has most of them. */
export const boundsOf = async ({
  codec,
  read,
  head,
  shares,
  onEvents,
}: BoundsOptions): Promise<readonly string[]> => {
  const every = Math.max(1, Math.floor(head / (shares * SAMPLES_A_BOUND)));
  const samples: string[] = [];
  let done = 0;
  for await (const { frames } of read()) {
    for (const { event } of framesIn(codec, [frames])) {
      if (done++ % every === 0) samples.push(streamIdOf(event.stream));
    }
    await onEvents(done);
  }
  const plain = samples.filter((id) => PLAIN.test(id)).sort();
  const bounds = Array.from(
    { length: shares - 1 },
    (_, at) => plain[Math.floor(((at + 1) * plain.length) / shares)],
  );
  return [...new Set(bounds.filter((bound) => bound !== undefined))];
};
