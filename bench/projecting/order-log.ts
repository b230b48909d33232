import { domainRegistry, tableStepper } from '@orderloom/domain';
import {
  createProjector,
  type Codec,
  type DocumentWrite,
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

/** What a projector is given at once. */
export type Windows = readonly (readonly StoredGroup[])[];

/** Events of one window, where a log is followed. */
const WINDOW_EVENTS = 500;
/** Bytes of one window, where the log is there already. */
const WINDOW_BYTES = 4 * 1024 * 1024;
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

/** Each window ends with the group that fills it. */
const inWindows = (
  groups: readonly StoredGroup[],
  size: number,
  sizeOf: (group: StoredGroup) => number,
): Windows => {
  const windows: StoredGroup[][] = [[]];
  let room = size;
  for (const group of groups) {
    windows.at(-1)?.push(group);
    room -= sizeOf(group);
    if (room > 0) continue;
    windows.push([]);
    room = size;
  }
  return windows.filter(({ length }) => length > 0);
};

/** As a projector takes a log that grows. */
export const followedWindows = (groups: readonly StoredGroup[]): Windows =>
  inWindows(groups, WINDOW_EVENTS, ({ count }) => count);

/** As a projector takes a log that is there already. */
export const fullWindows = (groups: readonly StoredGroup[]): Windows =>
  inWindows(groups, WINDOW_BYTES, ({ frames }) => frames.byteLength);

/** A window with its documents made. */
export type KeptBatch = ViewBatch & { readonly writes: readonly DocumentWrite[] };

/** What a projector commits, window by window, kept instead of written. */
export const batchesOf = async (codec: Codec, windows: Windows): Promise<readonly KeptBatch[]> => {
  const batches: KeptBatch[] = [];
  const keep = emptyStore((batch) => void batches.push({ ...batch, writes: [...batch.writes] }));
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
