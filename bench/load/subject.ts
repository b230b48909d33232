import type { Step } from './workload.ts';

/** What became of a command: it took effect, or it had taken effect before. */
export type Answer = 'accepted' | 'duplicate';

/** Sends one command; resolves when its effect is durable. Rejects for a refusal: the load has none. */
export type Send = (step: Step) => Promise<Answer>;

/** Something that takes the load. */
export type Subject = {
  readonly send: Send;
  /** How many commands took effect since it was made, by its own books. Missing where it keeps none. */
  readonly effects?: () => number | Promise<number>;
  /** Resolves when everything that can be asked shows all that was accepted. */
  readonly settled?: () => Promise<void>;
  readonly close: () => Promise<void>;
};
