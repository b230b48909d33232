import type { Cursors } from '../cursor.ts';

/** How far a reader of a group has come in each partition of its turn, and in which of them the last event stands. */
export type TurnPlace = { readonly at: number; readonly indexes: ReadonlyMap<number, number> };

/** The digits of an index: a place in many partitions is to be a short text. */
const DIGITS = 36;
const digits = (value: number): string => value.toString(DIGITS);
const valueOf = (text: string | undefined): number => Number.parseInt(text ?? '', DIGITS);

/** Positions of one turn: opaque, and of no use with another lease. */
export const turnPlaces = (cursors: Cursors, tenant: string, lease: string) => {
  const name = `lease/${lease}`;
  return {
    write: ({ at, indexes }: TurnPlace): string => {
      const all = [...indexes].map(([partition, index]) => `${digits(partition)}.${digits(index)}`);
      return cursors.write(tenant, name, [digits(at), ...all].join('_'));
    },
    /** `undefined` where the text was changed, or is of another turn. */
    read: (said: string): TurnPlace | undefined => {
      const text = cursors.read(tenant, name, said);
      if (text === undefined) return undefined;
      const [at, ...all] = text.split('_');
      const indexes = all.map((one): [number, number] => {
        const [partition, index] = one.split('.');
        return [valueOf(partition), valueOf(index)];
      });
      return { at: valueOf(at), indexes: new Map(indexes) };
    },
  };
};
