import { instantIn } from '../reading/moment.ts';
import type { EffectQuery, ReadOptions } from '../reading/reading.ts';
import type { Reads } from '../reading/reads.ts';
import type { Result } from '../result.ts';
import { redriveCalls, type Calls, type Redriven } from './redrive-calls.ts';

/** Which calls that were given up: those for which all of it is true. Instants: RFC 3339 with a zone. */
export type RedriveQuery = Pick<EffectQuery, 'webhook' | 'provider'> & {
  readonly ids?: readonly string[];
  /** Of events that were recorded at this instant or later, and before that one. */
  readonly from?: string;
  readonly to?: string;
};

export type RedriveOptions = ReadOptions & {
  /** Who asks; it stands in the events. */
  readonly actor?: string;
};

/** What is said to each call. */
type Said = {
  readonly stream: { readonly type: string; readonly key: string };
  readonly type: string;
  readonly data: object;
  readonly expectedVersion: number;
  readonly key: string;
  readonly actor?: string;
};

const PAGE = 200;

const refusalIn = (result: Result): string | undefined => {
  if (result.outcome === 'conflict') return result.outcome;
  return 'code' in result ? result.code : undefined;
};

/** Has calls that were given up made again, by what a client can do. */
export const redriveWith =
  (list: Reads['effects']['list'], sendAll: (commands: readonly Said[]) => Promise<readonly Result[]>) =>
  ({ from, to, ...which }: RedriveQuery, { actor, ...reading }: RedriveOptions = {}): Promise<Redriven> => {
    const calls: Calls = {
      givenUp: async function* () {
        for (let cursor: string | undefined; ;) {
          const query = { status: 'given-up', limit: PAGE, ...(cursor !== undefined && { cursor }) } as const;
          const { effects, next } = await list(query, reading);
          yield effects;
          if (next === null) return;
          cursor = next;
        }
      },
      redrive: async (redrives) => {
        const commands = redrives.map(({ effectId, expectedVersion, key }) => ({
          stream: { type: 'effect', key: effectId },
          ...{ type: 'RedriveEffect', data: {}, expectedVersion, key },
          ...(actor !== undefined && { actor }),
        }));
        return (await sendAll(commands)).map(refusalIn);
      },
    };
    return redriveCalls(calls, {
      ...which,
      ...(from !== undefined && { from: instantIn('from', from) }),
      ...(to !== undefined && { to: instantIn('to', to) }),
    });
  };
