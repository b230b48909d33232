import { streamIdOf, type StreamRef } from '@orderloom/decider';

/** Where reactions wait for an operator, and how many there: later ones of the same handler and stream wait behind them. */
export class ParkedPlaces {
  readonly #waiting = new Map<string, number>();

  get size(): number {
    return this.#waiting.size;
  }

  has(handler: string, stream: StreamRef): boolean {
    return this.#waiting.size > 0 && this.#waiting.has(placeOf(handler, stream));
  }

  add(handler: string, stream: StreamRef): void {
    const place = placeOf(handler, stream);
    this.#waiting.set(place, (this.#waiting.get(place) ?? 0) + 1);
  }

  /** Takes back one `add`. */
  remove(handler: string, stream: StreamRef): void {
    const place = placeOf(handler, stream);
    const left = (this.#waiting.get(place) ?? 0) - 1;
    if (left > 0) this.#waiting.set(place, left);
    else this.#waiting.delete(place);
  }
}

const placeOf = (handler: string, stream: StreamRef): string => `${handler}\0${streamIdOf(stream)}`;
