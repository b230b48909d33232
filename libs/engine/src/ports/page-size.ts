/** A page holds at most this many documents, whatever is asked for. */
const LONGEST_PAGE = 200;

/** How many documents are on a page of a list, or of hits. */
export const pageSize = (limit: number): number => Math.max(1, Math.min(limit, LONGEST_PAGE));
