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

/** The documents of a window in steps of a bounded size, removals first, each made when it is asked for; at least one. */
export function* stepsOf({ writes, removals }: ViewBatch): Generator<Arguments, void, undefined> {
  const count = removals.length + writes.length;
  for (let at = 0; at === 0 || at < count; at += DOCUMENTS_A_STEP) {
    const end = at + DOCUMENTS_A_STEP;
    const written = writes.slice(Math.max(0, at - removals.length), Math.max(0, end - removals.length));
    yield [...removals.slice(at, end).flatMap(removedArguments), ...written.flatMap(writtenArguments)];
  }
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
