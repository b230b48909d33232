import { availableParallelism, totalmem } from 'node:os';

/** The thread that decides, and the one that keeps the views. */
const BUSY_THREADS = 2;
/** Live states of some 300,000 orders fit in it, MiB. */
const ROOMY_HEAP = 700;
/** Part of the memory that may fill before a thread looks for garbage the first time. */
const PART_OF_MEMORY = 8;

/** What a machine has: processors, and bytes of memory. */
export type Machine = { readonly processors: number; readonly memory: number };

/** `constrainedMemory` is 0, or beyond all memory, where a process may use all there is. */
const thisMachine = (): Machine => ({
  processors: availableParallelism(),
  memory: Math.min(process.constrainedMemory() || Infinity, totalmem()),
});

/**
 * Flags of Node for a process that runs an engine. A heap that begins roomy is not marked again and again while it
 * grows, each time beside callers who wait; once it is full, V8's own pace holds. And where the busy threads have all
 * processors, a young collection that is shared with helper threads waits for these to get one (ADR 0062).
 */
export const engineNodeFlags = ({ processors, memory }: Machine = thisMachine()): readonly string[] => [
  `--initial-heap-size=${Math.min(ROOMY_HEAP, Math.floor(memory / PART_OF_MEMORY / 2 ** 20))}`,
  ...(processors <= BUSY_THREADS ? ['--no-parallel-scavenge'] : []),
];
