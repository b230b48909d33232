import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@orderloom/client';
import { unreachable } from '../cli-error.ts';
import type { Api } from '../connection/api.ts';
import { parkedStreams, type ParkedStream } from '../connection/parked-streams.ts';
import { labelPrinter } from './label-printer.ts';

const LABELS = 'labels';

const LOOK_EVERY_MS = 50;
const LIMIT_MS = 60_000;

export type PackingRoom = {
  /** What the printer has failed at, as it waits for somebody; `undefined` when nothing does any more. */
  readonly parked: ParkedStream | undefined;
  readonly stop: () => Promise<void>;
};

export type PackingRoomParts = {
  readonly api: Api;
  readonly folder: string;
  /** The order whose label jams the printer until that is parked. */
  readonly jamsAt: string | undefined;
  readonly stopped: () => boolean;
};

/**
 * Prints a label for every parcel that leaves, as a group of consumers does anywhere. At one order the printer jams: its
 * label is parked and the others go on. By the time that this resolves the printer is mended, and a redrive prints it.
 */
export const openPackingRoom = async ({
  api,
  folder,
  jamsAt,
  stopped,
}: PackingRoomParts): Promise<PackingRoom> => {
  const printer = labelPrinter(folder);
  const parked = async () => (await parkedStreams(api)).find(({ group }) => group === LABELS);
  const until = Date.now() + LIMIT_MS;
  let waiting = await parked();
  // An earlier run has parked it, or somebody has repaired it since: then the printer works from the start.
  if (waiting === undefined) printer.jamAt(jamsAt);
  const client = await connect({ http: { url: api.url } });
  try {
    await client.consume(LABELS, printer.print, {
      ...{ events: ['LinesShipped'], attempts: 2, firstPauseMs: 10 },
      // What is parked is told when the shop has closed; an engine that is away, by whoever has started it.
      onProblem: () => undefined,
    });
    while (jamsAt !== undefined && waiting === undefined && !printer.hasPrinted(jamsAt) && !stopped()) {
      if (Date.now() > until)
        throw unreachable('labels-behind', 'the labels are not printed', 'run the same line again');
      await sleep(LOOK_EVERY_MS);
      waiting = await parked();
    }
  } catch (error) {
    await client.stop();
    throw error;
  }
  printer.jamAt(undefined);
  return { parked: waiting, stop: client.stop };
};
