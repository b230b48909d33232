/** An event as it was found at an offset: its index, and that of the first event of its group. */
export type Found = { readonly offset: number; readonly index: number; readonly first: number };

/** The first events at an offset or behind it, a few; none where nothing is behind it. */
export type Look = (from: number) => Promise<readonly Found[]>;

/** So many offsets are read through rather than halved once more. */
const NEAR = 2_000;

/**
 * An offset at which a group begins, at or in front of event `index` and not far from it; `begin` where there is none.
 * Offsets and indices grow together, with holes in the offsets: markers, and what was aborted. O(log offsets) looks.
 */
export const offsetBefore = async (
  index: number,
  { begin, end }: { readonly begin: number; readonly end: number },
  look: Look,
): Promise<number> => {
  let [low, high] = [begin, end];
  while (high - low > NEAR) {
    const middle = Math.floor((low + high) / 2);
    const [found] = await look(middle);
    if (found === undefined || found.index > index) high = middle;
    else low = found.offset;
    // Everything between the middle and what was found is a hole.
    if (low >= high) break;
  }
  // A group that was entered in its middle is left out: the next one begins behind it.
  let last = begin;
  for (let from = low; from < end;) {
    const found = await look(from);
    const next = found.at(-1);
    if (next === undefined) break;
    const beginning = found.findLast((one) => one.first === one.index && one.index <= index);
    last = beginning?.offset ?? last;
    if (last > begin || next.index > index) break;
    from = next.offset + 1;
  }
  return last;
};
