import type { CommandResult } from '@orderloom/engine';
import {
  random,
  seededShop,
  type HistoryRecorder,
  type Random,
  type ShopStep,
  type ShopWords,
} from '@orderloom/testing';
import type { Sender, Sent } from './sender.ts';

export type LoadOptions = {
  readonly sender: Sender;
  readonly history: HistoryRecorder;
  readonly words: ShopWords;
  readonly seed: number;
  /** Resolves when there is somebody to talk to, with a number for each new one. */
  readonly opened: () => Promise<number>;
  /** Clients at work at the same time; 24 unless said. */
  readonly clients?: number;
  /** How long one living engine may leave a command unsettled, ms; a minute unless said. */
  readonly patienceMs?: number;
};

/** Clients that keep a shop going, until they are told to stop, and write down all that they are told. */
export type Load = {
  /** Sends one command until somebody says what became of it. */
  readonly insist: (command: Sent, mayBeRefused?: boolean) => Promise<CommandResult>;
  readonly begin: () => void;
  /** Resolves when so many more commands were answered. */
  readonly answered: (count: number) => Promise<void>;
  /** Begins nothing new; resolves when everything that was begun is answered. */
  readonly finish: () => Promise<void>;
};

/** More orders than any run gets to. */
const ENDLESS = 10_000_000;
const CLIENTS = 24;
const PAUSE_MS = 20;
const PATIENCE_MS = 60_000;

const isSettled = (result: CommandResult | string): result is CommandResult =>
  typeof result !== 'string' && result.outcome !== 'unavailable';

/** One command at a time, repeated under the same key for as long as its outcome is not known. */
const insisting = (options: LoadOptions, heard: () => void): Load['insist'] => {
  const { sender, history, opened, patienceMs = PATIENCE_MS } = options;
  const attempt = async (command: Sent, mayBeRefused: boolean): Promise<CommandResult | string> => {
    const op = history.invoke(command, { mayBeRefused });
    try {
      const result = await sender.send(command);
      history.answered(op, result);
      heard();
      return result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'lost';
      history.unknown(op, reason);
      return reason;
    }
  };
  return async (command, mayBeRefused = false) => {
    let [end, opening] = [0, 0];
    for (;;) {
      const now = await opened();
      if (now !== opening) [end, opening] = [Date.now() + patienceMs, now];
      const result = await attempt(command, mayBeRefused);
      if (isSettled(result)) return result;
      const last = typeof result === 'string' ? result : 'unavailable';
      if (Date.now() > end)
        throw new Error(`${command.type} ${command.commandId} was never settled; the last answer: ${last}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
};

type Order = { key: string; version: number; lost: boolean };

/** Plays the steps of one shop. Steps of one order follow each other; others go side by side. */
class Clients {
  readonly #options: LoadOptions;
  readonly #insist: Load['insist'];
  readonly #source: Random;
  readonly #steps: Iterator<ShopStep, void, undefined>;
  readonly #orders = new Map<number, { order: Order; last: Promise<void> }>();
  #finishing = false;

  constructor(options: LoadOptions, insist: Load['insist']) {
    this.#options = options;
    this.#insist = insist;
    this.#source = random(options.seed);
    const { seed, words } = options;
    this.#steps = seededShop({ seed, orders: ENDLESS, words });
  }

  finish(): void {
    this.#finishing = true;
  }

  async work(): Promise<void> {
    while (!this.#finishing) {
      const { value: step } = this.#steps.next();
      if (step === undefined) return;
      const { index } = step.order;
      const known = this.#orders.get(index) ?? {
        order: { key: '', version: 0, lost: false },
        last: Promise.resolve(),
      };
      known.last = known.last.then(() => this.#play(step, known.order));
      this.#orders.set(index, known);
      await known.last;
    }
  }

  async #play(step: ShopStep, order: Order): Promise<void> {
    if (order.lost || (step.act !== 'place' && order.key === '')) return;
    const command: Sent = {
      stream: { tenant: 'main', type: 'order', key: order.key },
      ...step.command,
      commandId: step.commandId,
      expectedVersion: step.act !== 'place' && this.#source.chance(0.2) ? order.version : null,
    };
    // A deadline may have closed the order: then the rest of its life is refused.
    const mayBeRefused = step.act !== 'place';
    const once = (): Promise<CommandResult> => this.#insist(command, mayBeRefused);
    const result =
      step.times === 2 && this.#source.chance(0.5) ? (await Promise.all([once(), once()]))[0] : await once();
    if (step.times === 2) await once();
    if (result.rejection !== null) order.lost = true;
    else {
      order.key = result.stream.key;
      order.version = result.version;
    }
    if (this.#source.chance(0.1)) await this.#read(order);
  }

  async #read({ key }: Order): Promise<void> {
    const { sender, history } = this.#options;
    if (sender.versionOf === undefined || key === '') return;
    const stream = { tenant: 'main', type: 'order', key };
    const op = history.invokeRead(stream);
    try {
      history.read(op, await sender.versionOf(stream));
    } catch (error) {
      history.unknown(op, error instanceof Error ? error.message : 'lost');
    }
  }
}

/** A load that has not begun yet. */
export const aLoad = (options: LoadOptions): Load => {
  let answers = 0;
  let failure: Error | undefined;
  let waiting: {
    readonly at: number;
    readonly done: () => void;
    readonly failed: (error: Error) => void;
  }[] = [];
  const heard = (): void => {
    answers += 1;
    for (const one of waiting) if (one.at <= answers) one.done();
    waiting = waiting.filter(({ at }) => at > answers);
  };
  const insist = insisting(options, heard);
  const clients = new Clients(options, insist);
  let running: Promise<unknown> = Promise.resolve();
  return {
    insist,
    begin: () => {
      const work = Array.from({ length: options.clients ?? CLIENTS }, () => clients.work());
      running = Promise.all(work);
      running.catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error));
        for (const one of waiting.splice(0)) one.failed(failure);
      });
    },
    answered: (count) =>
      new Promise((done, failed) => {
        if (failure === undefined) waiting.push({ at: answers + count, done, failed });
        else failed(failure);
      }),
    finish: async () => {
      clients.finish();
      await running;
    },
  };
};
