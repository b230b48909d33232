import type { StreamEntry } from './stream-entry.ts';

/**
 * The streams that were read back for one command. They stay in memory until it is decided: else a command that needs
 * two could wait for ever, each being set aside for the other.
 */
export class Pins {
  #entries: StreamEntry[] = [];

  add(entry: StreamEntry): void {
    entry.pins++;
    this.#entries.push(entry);
  }

  release(): void {
    for (const entry of this.#entries) entry.pins--;
    this.#entries = [];
  }
}
