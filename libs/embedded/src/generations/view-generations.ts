import {
  EngineError,
  placementAfter,
  type Comparison,
  type Engine,
  type PlacementStep,
  type ViewGenerations,
  type ViewGenerationsReport,
  type ViewsWork,
  type ViewsWorkEnd,
} from '@orderloom/engine';
import type { FedViews, OpenedViews } from './fed-views.ts';
import type { PlacedViews } from './placed-views.ts';
import { rebuildRecord, STEPS, type RebuildRecord } from './rebuild-record.ts';

export type ViewGenerationsParts = {
  readonly engine: Engine;
  readonly placed: PlacedViews;
  readonly head: () => number;
  /** Compares what a generation shows now with a fresh fold of the log. */
  readonly compare: (
    generation: string,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<Comparison>;
  readonly onProblem: (message: string) => void;
};

/** Steps of a rebuild's record before it compares. */
const BUILT = 60;
/** A generation that is fed comes up to the live one within so long, ms, or something is wrong with it. */
const LEVEL_WITHIN_MS = 60_000;

type Kind = ViewsWork['kind'];
type Done = Pick<ViewsWorkEnd, 'result' | 'comparison'>;

/** Runs the long work on the views of one engine, one piece at a time. See `ViewGenerations`. */
export class RunningGenerations implements ViewGenerations {
  readonly #parts: ViewGenerationsParts;
  readonly #stopping = new AbortController();
  #work: ViewsWork | null = null;
  #last: ViewsWorkEnd | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: ViewGenerationsParts) {
    this.#parts = parts;
  }

  report(): ViewGenerationsReport {
    const { placed, head } = this.#parts;
    const { placement, views } = placed;
    const { live, beside } = views;
    const besideRow = beside &&
      placement.beside && {
        ...{ generation: beside.generation, state: placement.beside.state },
        index: beside.views.checkpoint(),
      };
    return {
      placement,
      head: head(),
      generations: [
        { generation: live.generation, state: 'live', index: live.views.checkpoint() },
        ...(besideRow === undefined || besideRow === null ? [] : [besideRow]),
      ],
      work: this.#work,
      last: this.#last,
    };
  }

  /** What a process before this one has not finished. */
  async resume(): Promise<void> {
    const { placement } = this.#parts.placed;
    if (placement.beside?.state === 'building')
      this.#begin('rebuild', placement.beside.generation, () => this.#rebuild());
    else if (placement.made > 0) await this.#recordOf(placement.live).complete({});
  }

  async rebuild(swaps: boolean): Promise<void> {
    await this.#alone('rebuild', () => this.#parts.placed.step({ kind: 'rebuild', swaps }));
    this.#begin('rebuild', this.#beside().generation, () => this.#rebuild());
  }

  async compare(generation: string): Promise<void> {
    this.#expectIdle();
    const { live, beside } = this.#parts.placed.views;
    if (![live.generation, beside?.generation].includes(generation))
      throw new EngineError('unknown-generation', `there is no generation ${generation} that is fed`, {
        retryable: false,
      });
    this.#begin('compare', generation, () => this.#compared(generation));
  }

  async swap(): Promise<void> {
    this.#expectIdle();
    const { generation } = this.#beside();
    this.#begin('swap', generation, async () => {
      const done = await this.#compared(generation);
      return done.result === 'equal' ? this.#swapped(done) : done;
    });
  }

  async rollback(): Promise<void> {
    await this.#alone('swap', () => this.#exchange({ kind: 'rollback' }));
  }

  async drop(): Promise<void> {
    await this.#alone('swap', () => this.#parts.placed.step({ kind: 'drop' }));
  }

  /** What is under way ends where it is, and goes on after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #beside(): OpenedViews {
    const { views, placement } = this.#parts.placed;
    // Throws where there is none.
    placementAfter(placement, { kind: 'drop' });
    return views.beside as OpenedViews;
  }

  #expectIdle(): void {
    if (this.#work === null) return;
    const { kind, generation } = this.#work;
    throw new EngineError(
      'views-busy',
      `a ${kind} of generation ${generation} is under way; wait for its end`,
      {
        retryable: false,
      },
    );
  }

  /** Runs what does not take long while nothing else does anything. */
  async #alone(kind: Kind, work: () => Promise<void>): Promise<void> {
    this.#expectIdle();
    const { live } = this.#parts.placed.placement;
    this.#work = { kind, generation: live, phase: 'building', done: 0, total: 0 };
    try {
      await work();
    } finally {
      this.#work = null;
    }
  }

  #begin(kind: Kind, generation: string, work: () => Promise<Done>): void {
    this.#work = { kind, generation, phase: 'building', done: 0, total: 0 };
    this.#running = this.#run({ kind, generation }, work).finally(() => {
      this.#work = null;
    });
  }

  async #run(named: Pick<ViewsWorkEnd, 'kind' | 'generation'>, work: () => Promise<Done>): Promise<void> {
    try {
      this.#last = { ...named, ...(await work()), reason: null };
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#last = { ...named, result: 'failed', comparison: null, reason };
      this.#parts.onProblem(`the ${named.kind} of generation ${named.generation} has failed: ${reason}`);
      if (named.kind === 'rebuild') await this.#recordOf(named.generation).fail('rebuild-failed', reason);
    }
  }

  async #rebuild(): Promise<Done> {
    const { generation } = this.#beside();
    const record = this.#recordOf(generation);
    await record.start();
    await this.#built(record);
    const done = await this.#compared(generation, record);
    const swaps = this.#parts.placed.placement.beside?.swaps === true;
    const ended = done.result === 'equal' && swaps ? await this.#swapped(done) : done;
    await recordEnd(record, done.comparison);
    return ended;
  }

  /** Waits until the generation beside shows the log as it ends now. */
  async #built(record: RebuildRecord): Promise<void> {
    const { views } = this.#beside();
    const total = this.#parts.head();
    await this.#until(views, () => {
      const done = Math.min(total, views.checkpoint());
      this.#progress({ phase: 'building', done, total });
      record.at(Math.floor((BUILT * done) / Math.max(1, total)));
      return done === total;
    });
  }

  async #compared(generation: string, record?: RebuildRecord): Promise<Done> {
    const { placed, compare } = this.#parts;
    const onProgress = (done: number, total: number): void => {
      this.#progress({ phase: 'comparing', done, total });
      record?.at(BUILT + Math.floor(((STEPS - 1 - BUILT) * done) / Math.max(1, total)));
    };
    const comparison = await compare(generation, onProgress, this.#stopping.signal);
    const equal = comparison.differences === 0;
    if (placed.placement.beside?.generation === generation) await placed.step({ kind: 'compared', equal });
    return { result: equal ? 'equal' : 'differs', comparison };
  }

  async #swapped({ comparison }: Done): Promise<Done> {
    await this.#exchange({ kind: 'swap' });
    return { result: 'swapped', comparison };
  }

  /** What is read afterwards is nowhere behind what was read before. */
  async #exchange(step: PlacementStep): Promise<void> {
    const { placed } = this.#parts;
    placementAfter(placed.placement, step);
    const { views } = this.#beside();
    await this.#until(views, () => placed.views.isLevel, LEVEL_WITHIN_MS);
    await placed.step(step);
  }

  /** Looks again whenever the views have advanced. Throws `views-behind` after `withinMs`. */
  async #until(views: FedViews['live']['views'], isSo: () => boolean, withinMs?: number): Promise<void> {
    const { signal } = this.#stopping;
    const late = withinMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    while (!isSo()) {
      if (late.aborted)
        throw new EngineError('views-behind', 'the generation does not come up to the live one', {
          retryable: true,
        });
      await nextAdvance(views, late);
    }
  }

  #progress(progress: Pick<ViewsWork, 'phase' | 'done' | 'total'>): void {
    if (this.#work !== null) this.#work = { ...this.#work, ...progress };
  }

  #recordOf(generation: string): RebuildRecord {
    return rebuildRecord(this.#parts.engine, generation);
  }
}

const nextAdvance = (views: FedViews['live']['views'], signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      off();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const off = views.onAdvance(end);
    signal.addEventListener('abort', end, { once: true });
  });

const recordEnd = async (record: RebuildRecord, comparison: Comparison | null): Promise<void> => {
  if (comparison === null) return;
  const { documents, histories, differences, first } = comparison;
  if (first === null) await record.complete({ documents, histories });
  else
    await record.fail(
      'views-differ',
      `${differences} differences; the first: ${first.view} ${first.id} is ${first.kind}`,
    );
};
