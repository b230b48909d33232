import { EngineError } from '../errors.ts';
import { LANES, type Lane } from '../ports/partition-port.ts';
import type { Lanes } from './decide-round.ts';

/** Records of one step at most. */
const STEP_RECORDS = 500;

/** How much one step takes: a step that is too large is tried again with half its records; one record alone is refused. */
export class StepSize {
  #most = STEP_RECORDS;
  #tooLarge: { readonly lane: Lane; readonly offset: number } | undefined;

  get records(): number {
    return this.#most;
  }

  get tooLarge(): { readonly lane: Lane; readonly offset: number } | undefined {
    return this.#tooLarge;
  }

  failed(error: unknown, records: number, lanes: Lanes): void {
    if (!(error instanceof EngineError) || error.code !== 'group-too-large') return;
    if (records > 1) this.#most = Math.floor(records / 2);
    else {
      const lane = LANES.find((name) => lanes[name].length > 0);
      const offset = lane === undefined ? undefined : lanes[lane].at(0)?.offset;
      if (lane !== undefined && offset !== undefined) this.#tooLarge = { lane, offset };
    }
  }

  passed(): void {
    this.#most = STEP_RECORDS;
    this.#tooLarge = undefined;
  }
}
