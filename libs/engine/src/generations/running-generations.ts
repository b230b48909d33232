import { EngineError } from '../errors.ts';
import type {
  GenerationsPlace,
  ViewGenerations,
  ViewGenerationsReport,
  ViewsWork,
  ViewsWorkEnd,
} from '../ports/view-generations.ts';
import { besideOf, fedGenerations, placementAfter, type PlacementStep } from './placement.ts';
import { BUILT_STEPS, REBUILD_STEPS, type RebuildRecord } from './rebuild-record.ts';

export type RunningGenerationsParts = {
  readonly place: GenerationsPlace;
  /** What a log says of a rebuild, for people; it decides nothing. */
  readonly recordOf: (generation: string) => RebuildRecord;
  readonly onProblem: (message: string) => void;
};

/** A generation that is fed comes up to the live one within so long, ms, or something is wrong with it. */
const LEVEL_WITHIN_MS = 60_000;

type Kind = ViewsWork['kind'];
type Done = Pick<ViewsWorkEnd, 'result' | 'comparison'>;

/** Runs the long work on the views of one engine, one piece at a time. See `ViewGenerations`. */
export class RunningGenerations implements ViewGenerations {
  readonly #parts: RunningGenerationsParts;
  readonly #stopping = new AbortController();
  #work: ViewsWork | null = null;
  #last: ViewsWorkEnd | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RunningGenerationsParts) {
    this.#parts = parts;
  }

  async report(): Promise<ViewGenerationsReport> {
    const { place } = this.#parts;
    const placement = await place.placement();
    const { live, beside } = placement;
    const row = async (generation: string) => ({ generation, index: await place.shownUpTo(generation) });
    return {
      placement,
      head: await place.head(),
      generations: [
        { ...(await row(live)), state: 'live' },
        ...(beside === null ? [] : [{ ...(await row(beside.generation)), state: beside.state }]),
      ],
      work: this.#work,
      last: this.#last,
    };
  }

  /** What a process before this one has not finished. */
  async resume(): Promise<void> {
    const { live, beside, made } = await this.#parts.place.placement();
    if (beside?.state === 'building')
      this.#begin('rebuild', beside.generation, () => this.#rebuild(beside.generation));
    else if (made > 0) await this.#parts.recordOf(live).complete({});
  }

  async rebuild(swaps: boolean): Promise<void> {
    await this.#alone('rebuild', async () => {
      await this.#parts.place.step({ kind: 'rebuild', swaps });
      const generation = await this.#beside();
      this.#begin('rebuild', generation, () => this.#rebuild(generation));
    });
  }

  async compare(generation: string): Promise<void> {
    if (!fedGenerations(await this.#parts.place.placement()).includes(generation))
      throw new EngineError('unknown-generation', `there is no generation ${generation} that is fed`, {
        retryable: false,
      });
    this.#expectIdle();
    this.#begin('compare', generation, () => this.#compared(generation));
  }

  async swap(): Promise<void> {
    const generation = await this.#beside();
    this.#expectIdle();
    this.#begin('swap', generation, async () => {
      const done = await this.#compared(generation);
      return done.result === 'equal' ? this.#swapped(done) : done;
    });
  }

  async rollback(): Promise<void> {
    await this.#alone('swap', () => this.#exchange({ kind: 'rollback' }));
  }

  async drop(): Promise<void> {
    await this.#alone('swap', () => this.#parts.place.step({ kind: 'drop' }));
  }

  /** What is under way ends where it is, and goes on after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Throws `nothing-beside`. */
  async #beside(): Promise<string> {
    return besideOf(await this.#parts.place.placement()).generation;
  }

  #expectIdle(): void {
    if (this.#work === null) return;
    const { kind, generation } = this.#work;
    throw new EngineError(
      'views-busy',
      `a ${kind} of generation ${generation} is under way; wait for its end`,
      { retryable: false },
    );
  }

  /** Runs what does not take long while nothing else does anything; what takes long is begun in it, so that nothing comes between. */
  async #alone(kind: Kind, work: () => Promise<void>): Promise<void> {
    this.#expectIdle();
    const held: ViewsWork = { kind, generation: 'the views', phase: 'building', done: 0, total: 0 };
    this.#work = held;
    try {
      await work();
    } finally {
      if (this.#work === held) this.#work = null;
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
      if (named.kind === 'rebuild')
        await this.#parts.recordOf(named.generation).fail('rebuild-failed', reason);
    }
  }

  async #rebuild(generation: string): Promise<Done> {
    const record = this.#parts.recordOf(generation);
    await record.start();
    await this.#built(generation, record);
    const done = await this.#compared(generation, record);
    const { beside } = await this.#parts.place.placement();
    const ended = done.result === 'equal' && beside?.swaps === true ? await this.#swapped(done) : done;
    await recordEnd(record, done);
    return ended;
  }

  /** Waits until the generation beside shows the log as it ends now. */
  async #built(generation: string, record: RebuildRecord): Promise<void> {
    const { place } = this.#parts;
    const total = await place.head();
    const isBuilt = async (): Promise<boolean> => {
      const done = Math.min(total, await place.shownUpTo(generation));
      this.#progress({ phase: 'building', done, total });
      record.at(Math.floor((BUILT_STEPS * done) / Math.max(1, total)));
      return done === total;
    };
    await this.#until(generation, isBuilt, this.#stopping.signal);
  }

  async #compared(generation: string, record?: RebuildRecord): Promise<Done> {
    const { place } = this.#parts;
    const onProgress = (done: number, total: number): void => {
      this.#progress({ phase: 'comparing', done, total });
      const share = Math.floor(((REBUILD_STEPS - 1 - BUILT_STEPS) * done) / Math.max(1, total));
      record?.at(BUILT_STEPS + share);
    };
    const comparison = await place.compare(generation, onProgress, this.#stopping.signal);
    const equal = comparison.differences === 0;
    const { beside } = await place.placement();
    if (beside?.generation === generation) await place.step({ kind: 'compared', equal });
    return { result: equal ? 'equal' : 'differs', comparison };
  }

  async #swapped({ comparison }: Done): Promise<Done> {
    await this.#exchange({ kind: 'swap' });
    return { result: 'swapped', comparison };
  }

  /** What is read afterwards is nowhere behind what was read before. */
  async #exchange(step: PlacementStep): Promise<void> {
    const { place } = this.#parts;
    const placement = await place.placement();
    placementAfter(placement, step);
    const { generation } = besideOf(placement);
    const isLevel = async (): Promise<boolean> => {
      const live = await place.shownUpTo(placement.live);
      return (await place.shownUpTo(generation)) >= live;
    };
    const late = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(LEVEL_WITHIN_MS)]);
    await this.#until(generation, isLevel, late);
    await place.step(step);
  }

  /** Looks again whenever the views have advanced. Throws `views-behind` when the signal aborts. */
  async #until(generation: string, isSo: () => Promise<boolean>, late: AbortSignal): Promise<void> {
    while (!(await isSo())) {
      if (late.aborted)
        throw new EngineError('views-behind', 'the generation does not come up to the live one', {
          retryable: true,
        });
      await this.#parts.place.advanced(generation, late);
    }
  }

  #progress(progress: Pick<ViewsWork, 'phase' | 'done' | 'total'>): void {
    if (this.#work !== null) this.#work = { ...this.#work, ...progress };
  }
}

const recordEnd = async (record: RebuildRecord, { comparison }: Done): Promise<void> => {
  if (comparison === null) return;
  const { documents, histories, differences, first } = comparison;
  if (first === null) return record.complete({ documents, histories });
  const where = `${first.view} ${first.id} is ${first.kind}`;
  return record.fail('views-differ', `${String(differences)} differences; the first: ${where}`);
};
