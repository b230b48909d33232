import { SLOTS } from '@orderloom/decider';
import { framesIn } from '@orderloom/engine';
import type { LogReader } from '@orderloom/sqlite';
import type { wireCodec } from '@orderloom/wire';
import { CliError, EXIT } from '../cli-error.ts';

type WireCodec = ReturnType<typeof wireCodec>;

/** A log with the codec that is bound to it. */
export type OpenLog = { readonly log: LogReader; readonly codec: WireCodec };

/** A place in a log, and what says that another log is not this one. */
export type Position = {
  /** Index of the last event that belongs to it. */
  readonly index: number;
  /** Identity of that event, hex. */
  readonly mark: string;
};

/** Throws a CliError where the log does not reach so far. */
export const positionAt = ({ log, codec }: OpenLog, index: number): Position => {
  const head = log.head();
  if (index > head)
    throw new CliError(EXIT.refused, {
      code: 'position-beyond-log',
      message: `the log ends with event ${head}, position ${index} is not in it`,
      remedy: `name a position up to ${head}, or none for all of it`,
    });
  for (const { first, frames } of index > 0 ? log.read(index - 1) : []) {
    let at = first;
    for (const { identity } of framesIn(codec, [frames]))
      if (at++ === index) return { index, mark: Buffer.from(identity, 'latin1').toString('hex') };
  }
  return { index, mark: '' };
};

/** What a log holds of a tenant up to a position. */
export type Extent = {
  /** The last sequence of each slot. */
  readonly sequences: Float64Array;
  readonly orders: number;
  readonly events: number;
};

/** Reads the log up to a position without decoding what its events say. O(events). */
export const extentOf = ({ log, codec }: OpenLog, { index }: Position, tenant: string): Extent => {
  const sequences = new Float64Array(SLOTS);
  let [orders, events] = [0, 0];
  for (const { first, count, frames } of log.read(0)) {
    if (first > index) break;
    const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    let at = 0;
    for (let one = 0; one < count && first + one <= index; one++) {
      const { stream, version, slot, end } = codec.cut(bytes, at);
      sequences[slot] = (sequences[slot] ?? 0) + 1;
      if (stream.tenant === tenant) {
        events++;
        if (stream.type === 'order' && version === 1) orders++;
      }
      at = end;
    }
  }
  return { sequences, orders, events };
};
