import type { Check } from './check.ts';

/** No order says delivered while its parcel does not. A parcel that is no stream of its own cannot say anything. */
export const parcelCheck = (): Check => {
  const delivered = new Map<string, boolean>();
  return {
    onEvent: ({ event }) => {
      const { tenant, type, key } = event.stream;
      if (type === 'parcel') {
        const id = `${tenant}\0${key}`;
        delivered.set(id, event.type === 'ParcelDelivered' || delivered.get(id) === true);
        return [];
      }
      if (event.type !== 'LinesDelivered') return [];
      const { parcelId } = event.data as { readonly parcelId: string };
      return delivered.get(`${tenant}\0${parcelId}`) === false
        ? [`it says delivered, its parcel ${parcelId} does not`]
        : [];
    },
  };
};
