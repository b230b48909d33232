import type { Socket } from 'node:net';

/** Keeps deadlines waiting for what has reached this server and is not a command yet. */
export type Arrivals = {
  /** A request's head was read; the returned function may be called more than once. */
  readonly begin: (socket?: Socket) => () => void;
  /** A connection was accepted: its first request may be in it already, and more connections behind it. */
  readonly connected: (socket: Socket) => void;
  readonly close: () => void;
};

/** A slow body holds deadlines back at most that long: past it the caller, not the clock, is late. */
const LONGEST_MS = 2000;
const SWEEP_MS = 250;
/** Turns of the event loop after which a request that came with its connection has been read. */
const TURNS = 4;
/** Connections that the kernel keeps for `accept` at most (Node's default backlog, and the one that is being made). */
const BACKLOG = 512;

/** Connections that were accepted without a pause: one token for all, until the first request of each is sent. */
type Burst = { accepted: number; open: number; readonly release: () => void };

const afterTurns = (turns: number, done: () => void): void => {
  setImmediate(() => {
    if (turns > 1) afterTurns(turns - 1, done);
    else done();
  });
};

/**
 * The event loop accepts one connection a turn, so a process that was stopped may find hundreds of them waiting, each
 * with a payment: as long as they come without a pause, deadlines wait for all of them.
 */
const burstsOf = (begin: () => () => void, waits: (release: () => void) => boolean) => {
  const burstOf = new WeakMap<Socket, Burst>();
  let latest: Burst | undefined;
  const settle = (socket: Socket): void => {
    const burst = burstOf.get(socket);
    if (burst === undefined || !burstOf.delete(socket)) return;
    if (--burst.open > 0) return;
    if (latest === burst) latest = undefined;
    burst.release();
  };
  return {
    settle,
    /** Whether the socket's first request is still awaited. */
    awaits: (socket: Socket): boolean => burstOf.has(socket),
    add: (socket: Socket): void => {
      if (latest === undefined || latest.accepted === BACKLOG || !waits(latest.release))
        latest = { accepted: 0, open: 0, release: begin() };
      latest.accepted++;
      latest.open++;
      burstOf.set(socket, latest);
    },
  };
};

/** One timer for all: a timer each would be paid by every command. `clock`: ms, never set back. */
export const arrivalsOf = (inputArriving: () => () => void, clock: () => number): Arrivals => {
  const open = new Map<() => void, number>();
  const sweep = (): void => {
    const oldest = clock() - LONGEST_MS;
    for (const [release, since] of open) {
      if (since > oldest) return;
      release();
    }
  };
  const timer = setInterval(sweep, SWEEP_MS).unref();
  const begin = (): (() => void) => {
    const end = inputArriving();
    const release = (): void => {
      if (open.delete(release)) end();
    };
    open.set(release, clock());
    return release;
  };
  const bursts = burstsOf(begin, (release) => open.has(release));
  const reading = new WeakSet<Socket>();
  return {
    begin: (socket) => {
      const release = begin();
      if (socket === undefined || !bursts.awaits(socket)) return release;
      reading.add(socket);
      return () => {
        release();
        bursts.settle(socket);
      };
    },
    connected: (socket) => {
      bursts.add(socket);
      afterTurns(TURNS, () => {
        if (!reading.has(socket)) bursts.settle(socket);
      });
    },
    close: () => {
      clearInterval(timer);
      for (const release of open.keys()) release();
    },
  };
};
