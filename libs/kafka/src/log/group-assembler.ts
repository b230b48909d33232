import { logCorrupt, type StoredGroup } from '@orderloom/engine';
import type { EventRecord } from '../records/event-record.ts';

/**
 * Puts single events back into the groups that were appended. Each event says which group it is of and how large that
 * is, so a transaction that is not whole is noticed, whatever the broker made of it.
 * Throws `log-corrupt` for a torn group and for one that does not follow the last.
 */
export class GroupAssembler {
  readonly #where: string;
  #last: number | undefined;
  #frames: Buffer[] = [];
  #open: { readonly first: number; readonly count: number } | undefined;

  /** `last`: index of the event in front of what is read; `undefined` where that is not known. */
  constructor(where: string, last: number | undefined) {
    this.#where = where;
    this.#last = last;
  }

  /** The group, if this event is its last one. */
  add({ index, first, count, frame }: EventRecord): StoredGroup | undefined {
    this.#open ??= this.#begin(first, count);
    const { first: openFirst, count: openCount } = this.#open;
    if (first !== openFirst || index !== first + this.#frames.length)
      throw logCorrupt(
        `${this.#where}: event ${String(index)} stands where event ${String(openFirst + this.#frames.length)} of a group of ${String(openCount)} must be`,
      );
    this.#frames.push(frame);
    if (this.#frames.length < count) return undefined;
    const group = { first, count, frames: Buffer.concat(this.#frames) };
    this.#frames = [];
    this.#open = undefined;
    this.#last = index;
    return group;
  }

  /** To be called at the stable end of the log: what is there is whole. */
  end(): void {
    if (this.#open === undefined) return;
    const { first, count } = this.#open;
    throw logCorrupt(
      `${this.#where}: the group of event ${String(first)} has ${String(this.#frames.length)} of its ${String(count)} events`,
    );
  }

  #begin(first: number, count: number): { readonly first: number; readonly count: number } {
    if (this.#last !== undefined && first !== this.#last + 1)
      throw logCorrupt(
        `${this.#where}: a group begins with event ${String(first)} behind event ${String(this.#last)}`,
      );
    return { first, count };
  }
}
