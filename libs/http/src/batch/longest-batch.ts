/** Commands of one batch at most: they are decided in one go, and everybody else waits as long. */
export const LONGEST_BATCH = 500;
