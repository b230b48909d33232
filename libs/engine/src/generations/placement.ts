import { EngineError } from '../errors.ts';

/**
 * What stands beside the live views. `building`: a rebuild is under way; `ready`: compared, and waits to be swapped;
 * `differs`: the comparison found a difference; `kept`: it was live before and is fed on, so that it can be again.
 */
export type BesideState = 'building' | 'ready' | 'differs' | 'kept';

/** Which generations of the views there are. Every change is a new version, made of the one before by `placementAfter`. */
export type Placement = {
  readonly version: number;
  /** Which folds made the generations: views of other folds have a placement of their own. */
  readonly folds: string;
  /** Generations made beside the first one. */
  readonly made: number;
  /** The one that is read. */
  readonly live: string;
  /** The other one that is fed. `swaps`: where a rebuild finds no difference, it becomes the live one by itself. */
  readonly beside: {
    readonly generation: string;
    readonly state: BesideState;
    readonly swaps: boolean;
  } | null;
};

export type PlacementStep =
  | { readonly kind: 'rebuild'; readonly swaps: boolean }
  | { readonly kind: 'compared'; readonly equal: boolean }
  | { readonly kind: 'swap' | 'rollback' | 'drop' };

type Beside = NonNullable<Placement['beside']>;

/** The placement of views that nobody has rebuilt yet. */
export const firstPlacement = (folds: string, version = 1): Placement => ({
  version,
  folds,
  made: 0,
  live: folds,
  beside: null,
});

/** The generations that are fed. */
export const fedGenerations = ({ live, beside }: Placement): readonly string[] =>
  beside === null ? [live] : [live, beside.generation];

/**
 * Whether a generation of these folds was made by then and is fed no more: it can be deleted, whatever the placement has
 * become meanwhile, since no later one is called like it.
 */
export const isGivenUp = (placement: Placement, generation: string): boolean => {
  const { folds, made } = placement;
  if (fedGenerations(placement).includes(generation)) return false;
  if (generation === folds) return true;
  const number = generation.startsWith(`${folds}_`) ? generation.slice(folds.length + 1) : '';
  return /^\d+$/.test(number) && Number(number) <= made;
};

const AFTER_COMPARING: Readonly<Record<BesideState, BesideState>> = {
  building: 'ready',
  ready: 'ready',
  differs: 'ready',
  kept: 'kept',
};

const begun = (placement: Placement, swaps: boolean): Placement => {
  const made = placement.made + 1;
  return {
    ...placement,
    made,
    beside: { generation: `${placement.folds}_${made}`, state: 'building', swaps },
  };
};

const exchanged = (placement: Placement, { generation }: Beside, state: BesideState): Placement => ({
  ...placement,
  live: generation,
  beside: { generation: placement.live, state, swaps: false },
});

/** What stands beside the live views. Throws `nothing-beside`. */
export const besideOf = ({ beside }: Placement): Beside => {
  if (beside === null)
    throw new EngineError('nothing-beside', 'there is one generation of the views, and nothing beside it', {
      retryable: false,
    });
  return beside;
};

const stepped = (placement: Placement, step: PlacementStep): Placement => {
  if (step.kind === 'rebuild')
    return placement.beside?.state === 'building' ? placement : begun(placement, step.swaps);
  const beside = besideOf(placement);
  switch (step.kind) {
    case 'compared':
      return {
        ...placement,
        beside: { ...beside, state: step.equal ? AFTER_COMPARING[beside.state] : 'differs' },
      };
    case 'swap':
      return exchanged(placement, beside, 'kept');
    case 'rollback':
      if (beside.state !== 'kept')
        throw new EngineError(
          'not-kept',
          `generation ${beside.generation} was never live: compare and swap it`,
          {
            retryable: false,
          },
        );
      return exchanged(placement, beside, 'ready');
    case 'drop':
      return { ...placement, beside: null };
  }
};

/**
 * What a step makes of a placement; the same one where there is nothing to do. Throws `nothing-beside` or `not-kept`
 * where the step makes no sense. That a swap follows an equal comparison is for whoever takes the step to see to.
 */
export const placementAfter = (placement: Placement, step: PlacementStep): Placement => {
  const next = stepped(placement, step);
  return next === placement ? placement : { ...next, version: placement.version + 1 };
};
