import type { RecordedEvent } from '@orderloom/decider';
import type { Codec } from '../ports/codec.ts';

/** Room that is kept free for the next frame; an event never gets near it (500 lines are about 50 KB). */
const ROOM = 1 << 20;
/** What most groups need. A larger one finds more at the second: memory that nobody uses costs collections too. */
const FIRST = 64 << 10;

/** All frames of a group in one reused buffer. */
export class GroupWriter {
  readonly #codec: Codec;
  #buffer = Buffer.allocUnsafeSlow(FIRST + ROOM);
  #end = 0;
  #count = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  get count(): number {
    return this.#count;
  }

  get end(): number {
    return this.#end;
  }

  /** Appends the event's frame; gives the event's identity. */
  write(event: RecordedEvent): string {
    if (this.#buffer.length - this.#end < ROOM) {
      const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
      this.#buffer.copy(larger, 0, 0, this.#end);
      this.#buffer = larger;
    }
    this.#end = this.#codec.writeFrame(event, this.#buffer, this.#end);
    this.#count++;
    return this.#codec.lastIdentity();
  }

  /** Takes back every frame behind the point. */
  undoTo(end: number, count: number): void {
    this.#end = end;
    this.#count = count;
  }

  /** The frames so far: a view into the reused buffer. */
  frames(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }
}
