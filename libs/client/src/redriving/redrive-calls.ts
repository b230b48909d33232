import type { Presented } from '@orderloom/views';

/** A call to the outside, as it is shown. */
export type ShownCall = Presented['effect'];

/** Which calls that were given up: those for which all of it is true. */
export type FailedCalls = {
  /** Of these ids. */
  readonly ids?: readonly string[];
  readonly webhook?: string;
  readonly provider?: string;
  /** Of events that were recorded at this instant or later, and before that one; ms since 1970 UTC. */
  readonly from?: number;
  readonly to?: number;
};

/** The same failure has the same command, whoever asks and however often: a later one of the same call has another. */
export type Redrive = {
  readonly effectId: string;
  readonly expectedVersion: number;
  readonly key: string;
};

/** Where calls are listed, and asked to be made again. */
export type Calls = {
  /** Every call that was given up, page by page. */
  readonly givenUp: () => AsyncIterable<readonly ShownCall[]>;
  /** What each redrive is refused with, in their order; `undefined`: the call is made again. */
  readonly redrive: (redrives: readonly Redrive[]) => Promise<readonly (string | undefined)[]>;
};

export type Redriven = {
  /** Calls that are made again. */
  readonly redriven: readonly ShownCall[];
  /** Code of a refusal -> how many calls: somebody else was there first, or nobody wants them any more. */
  readonly refused: Readonly<Record<string, number>>;
};

const isMeant = (
  { effectId, handler, name, eventAt }: ShownCall,
  { ids, webhook, provider, from = -Infinity, to = Infinity }: FailedCalls,
): boolean => {
  const isWebhook = handler === 'webhook';
  const recordedAt = Date.parse(eventAt ?? '');
  return (
    (ids?.includes(effectId) ?? true) &&
    (webhook === undefined || (isWebhook && name === webhook)) &&
    (provider === undefined || (!isWebhook && name === provider)) &&
    recordedAt >= from &&
    recordedAt < to
  );
};

/** Calls that were given up and are meant, as they are now. */
export const failedCalls = async (
  { givenUp }: Pick<Calls, 'givenUp'>,
  which: FailedCalls,
): Promise<readonly ShownCall[]> => {
  const found: ShownCall[] = [];
  for await (const page of givenUp()) found.push(...page.filter((call) => isMeant(call, which)));
  return found;
};

const redriveOf = ({ effectId, version }: ShownCall): Redrive => ({
  ...{ effectId, expectedVersion: version },
  key: `redrive/${effectId}/${String(version)}`,
});

/**
 * Has calls made again that have failed: exactly those that were given up and are meant, each once, whoever asks at the
 * same time. A call that has failed again since it was listed is not made again.
 */
export const redriveCalls = async (calls: Calls, which: FailedCalls): Promise<Redriven> => {
  const redriven: ShownCall[] = [];
  const refused: Record<string, number> = {};
  for await (const page of calls.givenUp()) {
    const meant = page.filter((call) => isMeant(call, which));
    if (meant.length === 0) continue;
    const refusals = await calls.redrive(meant.map(redriveOf));
    meant.forEach((call, at) => {
      const code = refusals[at];
      if (code === undefined) redriven.push(call);
      else refused[code] = (refused[code] ?? 0) + 1;
    });
  }
  return { redriven, refused };
};
