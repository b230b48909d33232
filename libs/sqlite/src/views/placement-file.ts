import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, type BesideState, type Placement } from '@orderloom/engine';
import { writeDurably } from '../durable-file.ts';

const STATES: readonly BesideState[] = ['building', 'ready', 'differs', 'kept'];
const GENERATION = /^\w{1,64}$/;

const isGeneration = (value: unknown): boolean => typeof value === 'string' && GENERATION.test(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isPlacement = (value: unknown): value is Placement => {
  if (typeof value !== 'object' || value === null) return false;
  const { version, folds, made, live, beside } = value as Partial<Placement>;
  return (
    isCount(version) &&
    isCount(made) &&
    [folds, live].every(isGeneration) &&
    (beside === null ||
      (beside !== undefined && isGeneration(beside.generation) && STATES.includes(beside.state)))
  );
};

/** The placement of a data folder's views, in `views.json`. Its one writer is the engine that owns the folder. */
export type PlacementFile = {
  /** `undefined`: there is none, or none that can be read; the views can be made again from the log. */
  readonly read: () => Placement | undefined;
  /** Puts `next` in the place of `before`, whole or not at all, and durably. Throws `placement-moved`. */
  readonly replace: (before: Placement | undefined, next: Placement) => void;
};

export const placementFile = (folder: string): PlacementFile => {
  const file = join(folder, 'views.json');
  const read = (): Placement | undefined => {
    try {
      const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return isPlacement(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    read,
    replace: (before, next) => {
      if (read()?.version !== before?.version)
        throw new EngineError('placement-moved', `${file} was changed meanwhile; ask again`, {
          retryable: true,
        });
      writeDurably(file, `${JSON.stringify(next)}\n`);
    },
  };
};
