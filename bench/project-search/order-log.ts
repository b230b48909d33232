import { domainRegistry, tableStepper } from '@orderloom/domain';
import {
  createProjector,
  type Codec,
  type Projector,
  type StoredGroup,
  type ViewBatch,
  type ViewStore,
} from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { orderloom } from '../embedded-lifecycle/orderloom.ts';
import { measureClosedLoop } from '../load/measure.ts';

/** What a projector is given: the log of many orders' lives, and how its bytes are read. */
export type OrderLog = { readonly groups: readonly StoredGroup[]; readonly codec: Codec };

/** Events of one window. */
const WINDOW_EVENTS = 500;
const IN_FLIGHT = 64;

/** Lets an engine in `folder` live through the lives of `orders` orders, and reads its log. */
export const orderLog = async (folder: string, orders: number): Promise<OrderLog> => {
  const { subject } = await orderloom(folder);
  await measureClosedLoop(subject, { warmUp: Math.ceil(orders / 10), orders, inFlight: IN_FLIGHT });
  await subject.close();
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const groups = [...log.read(0)].map((group) => ({ ...group, frames: Uint8Array.from(group.frames) }));
  log.close();
  return { groups, codec };
};

/** Every view of this build, over a store. */
export const orderProjector = (store: ViewStore, codec: Codec): Projector =>
  createProjector({ store, codec, registry: domainRegistry({ stepper: tableStepper }), projections });

export const windowsOf = (groups: readonly StoredGroup[]): readonly (readonly StoredGroup[])[] => {
  const windows: StoredGroup[][] = [[]];
  let events = 0;
  for (const group of groups) {
    windows.at(-1)?.push(group);
    events += group.count;
    if (events < WINDOW_EVENTS) continue;
    windows.push([]);
    events = 0;
  }
  return windows.filter(({ length }) => length > 0);
};

/** What a projector commits, window by window, kept instead of written. */
export const batchesOf = async (
  { groups, codec }: OrderLog,
  windows: readonly (readonly StoredGroup[])[] = windowsOf(groups),
): Promise<readonly ViewBatch[]> => {
  const batches: ViewBatch[] = [];
  const keep = emptyStore((batch) => void batches.push(batch));
  const projector = orderProjector(keep, codec);
  for (const window of windows) await projector.apply(window);
  return batches;
};

const emptyStore = (commit: (batch: ViewBatch) => void): ViewStore => {
  const streams = new Map<string, Uint8Array[]>();
  let checkpoint = { index: 0, sequences: new Float64Array(1024) };
  return {
    checkpoint: () => checkpoint,
    load: () => new Map(),
    readStream: (streamId) => streams.get(streamId) ?? [],
    commit: (batch) => {
      checkpoint = {
        index: batch.checkpoint.index,
        sequences: Float64Array.from(batch.checkpoint.sequences),
      };
      for (const { streamId, frames } of batch.chunks)
        streams.set(streamId, [...(streams.get(streamId) ?? []), frames]);
      commit({ ...batch, checkpoint });
    },
    parked: () => [],
    close: () => undefined,
  };
};
