import type { Check, OnItsWay, Seen, Violation } from './check.ts';
import type { Settling } from './settling.ts';

/** Where an order said delivered of a parcel that had not said so by then. */
type Early = {
  readonly order: string;
  readonly version: number;
  readonly parcel: string;
  readonly at: number;
};

/** Parcels that are streams, and whether they are delivered; a parcel that is none cannot say anything. */
const parcels = () => {
  const delivered = new Map<string, boolean>();
  return {
    hear: ({ event, id }: Seen): void =>
      void delivered.set(id, event.type === 'ParcelDelivered' || delivered.get(id) === true),
    isOnTheWay: (parcel: string): boolean => delivered.get(parcel) === false,
    isDelivered: (parcel: string): boolean => delivered.get(parcel) === true,
  };
};

const saidIn = ({ event, id }: Seen): Early | undefined => {
  if (event.type !== 'LinesDelivered') return undefined;
  const { parcelId } = event.data as { readonly parcelId: string };
  return {
    ...{ order: id, version: event.version, at: event.recordedAt },
    parcel: `${event.stream.tenant}/parcel/${parcelId}`,
  };
};

const problemOf = ({ parcel }: Early): string =>
  `it says delivered, its parcel ${parcel.split('/').slice(2).join('/')} does not`;

/** No order says delivered before its parcel does: in one log, where both stand in the order in which they happened. */
export const parcelCheck = (): Check => {
  const known = parcels();
  return {
    onEvent: (seen) => {
      if (seen.event.stream.type === 'parcel') known.hear(seen);
      const early = saidIn(seen);
      return early !== undefined && known.isOnTheWay(early.parcel) ? [problemOf(early)] : [];
    },
  };
};

/** No order says delivered while its parcel does not: where the two are in different partitions, once both are read. */
export const parcelCheckApart = ({ isOwed }: Pick<Settling, 'isOwed'>): Check => {
  const known = parcels();
  const early: Early[] = [];
  const differing = (one: Early): Violation | OnItsWay =>
    isOwed([one.order, one.parcel], one.at)
      ? { stream: one.order, version: one.version, problem: `LinesDelivered: ${problemOf(one)}` }
      : 'on its way';
  return {
    onEvent: (seen) => {
      if (seen.event.stream.type === 'parcel') known.hear(seen);
      const said = saidIn(seen);
      if (said !== undefined && !known.isDelivered(said.parcel)) early.push(said);
      return [];
    },
    atEnd: () => early.filter(({ parcel }) => known.isOnTheWay(parcel)).map(differing),
  };
};
