// A window of a projector, laid out as the scripts read it.
import type { DocumentRemoval, DocumentWrite, ParkedEvent, ViewBatch } from '@orderloom/engine';

type Arguments = readonly (string | number)[];

/** Documents of one step: Redis does nothing else meanwhile, so a step is short. */
const DOCUMENTS_A_STEP = 128;
/** In no name: the lists of a document are the lines of its place. */
const LINE = '\n';

const written = (document: DocumentWrite): Arguments => [
  document.view,
  document.id,
  document.version,
  [`=${document.sortKey}`, ...document.lists].join(LINE),
  JSON.stringify(document.document),
];

const removed = ({ view, id, version }: DocumentRemoval): Arguments => [view, id, version, '', ''];

/** The documents of a window in steps of a bounded size, removals first; at least one step. */
export const stepsOf = ({ writes, removals }: ViewBatch): readonly [...Arguments[], Arguments] => {
  const documents = [...removals.map(removed), ...writes.map(written)];
  const steps: Arguments[] = [];
  let at = 0;
  for (; documents.length - at > DOCUMENTS_A_STEP; at += DOCUMENTS_A_STEP)
    steps.push(documents.slice(at, at + DOCUMENTS_A_STEP).flat());
  return [...steps, documents.slice(at).flat()];
};

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
