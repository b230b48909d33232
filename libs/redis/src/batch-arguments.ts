// A window of a projector, laid out as the scripts read it.
import type { DocumentRemoval, DocumentWrite, ParkedEvent, ViewBatch } from '@orderloom/engine';

/** As a script takes them. */
export type Arguments = readonly (string | number)[];

/** Documents of one step: Redis does nothing else meanwhile, so a step is short. */
const DOCUMENTS_A_STEP = 64;
/** In no name: the lists of a document are the lines of its place. */
const LINE = '\n';

const writtenArguments = (document: DocumentWrite): Arguments => [
  document.view,
  document.id,
  document.version,
  [`=${document.sortKey}`, ...document.lists].join(LINE),
  JSON.stringify(document.document),
];

const removedArguments = ({ view, id, version }: DocumentRemoval): Arguments => [view, id, version, '', ''];

function* documentsOf({ writes, removals }: ViewBatch): Generator<Arguments, void, undefined> {
  for (const removal of removals) yield removedArguments(removal);
  for (const document of writes) yield writtenArguments(document);
}

/** The documents of a window in steps of a bounded size, removals first, each made when it is asked for; at least one. */
export function* stepsOf(batch: ViewBatch): Generator<Arguments, void, undefined> {
  let step: Arguments[] = [];
  for (const document of documentsOf(batch)) {
    if (step.length === DOCUMENTS_A_STEP) {
      yield step.flat();
      step = [];
    }
    step.push(document);
  }
  yield step.flat();
}

/** How many slots have moved, then each with its sequence. */
export const movedSlots = (from: Float64Array, to: Float64Array): Arguments => {
  const moved: number[] = [];
  for (const [slot, sequence] of to.entries()) if (from[slot] !== sequence) moved.push(slot, sequence);
  return [moved.length / 2, ...moved];
};

export const parkedEvents = (parked: readonly ParkedEvent[]): Arguments => [
  parked.length,
  ...parked.map((event) => JSON.stringify(event)),
];
