import { isWanted, type Codec, type StoredGroup, type TailStep, type WantedEvents } from '@orderloom/engine';
import { cloudEvent } from '@orderloom/wire';

/** Frames looked at in one step: it bounds what a slow reader makes this process hold, and what others wait for. */
const STEP_BYTES = 64 * 1024;

/** The next piece of a log behind `after`, as JSON. O(bytes of the step), or of one group where that is larger. */
export const tailStep = (
  log: { readonly read: (after: number) => Iterable<StoredGroup> },
  codec: Pick<Codec, 'readFrame'>,
  { after, wanted }: { readonly after: number; readonly wanted: WantedEvents },
): TailStep => {
  const events: TailStep['events'][number][] = [];
  let upTo = after;
  let bytes = 0;
  for (const { first, count, frames } of log.read(after)) {
    const source = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0, index = first; index < first + count; index++) {
      const { event, end } = codec.readFrame(source, at);
      at = end;
      if (index > after && isWanted(event, wanted))
        events.push({ place: [index], json: JSON.stringify(cloudEvent(event)) });
    }
    upTo = first + count - 1;
    bytes += frames.byteLength;
    if (bytes >= STEP_BYTES) break;
  }
  return { events, upTo: [upTo] };
};
