/**
 * Calls back after a turn of the event loop in which `count` did not grow, or once it is `enough`. What waits in the
 * sockets while others are answered arrives in the turns that follow, and a group that has it saves an fsync.
 */
export const afterQuietTurn = (count: () => number, enough: number, done: () => void, before = 0): void => {
  setImmediate(() => {
    const now = count();
    if (now > before && now < enough) afterQuietTurn(count, enough, done, now);
    else done();
  });
};
