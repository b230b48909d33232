import { streamIdOf } from '@orderloom/decider';
import type { Command } from './acknowledged.ts';
import type { Findings } from './findings.ts';
import type { LogBook } from './log-book.ts';
import { isAcknowledged, type Call } from './operations.ts';

/**
 * Something that saw or made a version of a stream. It happened at one instant between `from`, when it was first
 * asked for, and `to`, when somebody first knew of it; `Infinity`: nobody did.
 */
type Sight = {
  readonly version: number;
  /** 0 makes the version, 1 sees it: of the same version the one that makes it comes first. */
  readonly rank: 0 | 1;
  readonly from: number;
  readonly to: number;
  readonly what: string;
};

/**
 * H2: each stream is a register whose values are its versions. The log gives the order of all appends, so no search is
 * needed: whatever comes later in that order may not have ended before something earlier had begun.
 * O(n log n) in the sights of a stream.
 */
export const checkRealTime = (
  commands: readonly Command[],
  calls: readonly Call[],
  log: LogBook,
  found: Findings,
): void => {
  const sights = new Map<string, Sight[]>();
  const see = (stream: string, sight: Sight): void => {
    const known = sights.get(stream);
    if (known) known.push(sight);
    else sights.set(stream, [sight]);
  };
  for (const command of commands) for (const [stream, sight] of appendsOf(command, log)) see(stream, sight);
  for (const call of calls) for (const [stream, sight] of readsOf(call)) see(stream, sight);
  for (const [stream, list] of sights) checkStream(stream, list, found);
};

const later = (a: Sight | undefined, b: Sight): Sight => (!a || b.from > a.from ? b : a);

const checkStream = (stream: string, sights: Sight[], found: Findings): void => {
  sights.sort((a, b) => a.version - b.version || a.rank - b.rank);
  let latest: Sight | undefined;
  let peers: Sight[] = [];
  for (const sight of sights) {
    const [peer] = peers;
    // Reads of one version may come in any order; they are behind what makes it, and before the next version.
    if (peer && (peer.version !== sight.version || peer.rank !== sight.rank)) {
      latest = peers.reduce<Sight | undefined>(later, latest);
      peers = [];
    }
    if (latest && sight.to < latest.from)
      found.add('real-time-order', `${stream}: ${sight.what} had ended before ${latest.what} began`);
    peers.push(sight);
  }
};

const appendsOf = (command: Command, log: LogBook): readonly [string, Sight][] => {
  const asked = command.calls
    .map((call) => call.operation)
    .filter((operation) => operation.kind === 'command');
  const answered = command.calls.flatMap((call) => (call.answer ? [call.answer.stream] : []));
  const streams = new Set([...asked.map((operation) => operation.stream), ...answered].map(streamIdOf));
  return [...streams].flatMap((id): [string, Sight][] => {
    const effect = log.streams.get(id)?.effects.get(command.name);
    if (!effect) return [];
    const known = command.calls.filter(
      ({ answer }) => isAcknowledged(answer) && streamIdOf(answer.stream) === id,
    );
    const from = Math.min(...command.calls.map((call) => call.invoked));
    const to = Math.min(Infinity, ...known.map((call) => call.ended));
    const what = `command ${command.name} (version ${String(effect.last)})`;
    return [[id, { version: effect.last, rank: 0, from, to, what }]];
  });
};

/** Reads, and answers of `conflict`, which tell the version that they found. */
const readsOf = (call: Call): readonly [string, Sight][] => {
  const { answer, version, invoked: from, ended: to, operation } = call;
  const seen = answer?.outcome === 'conflict' ? answer.version : version;
  if (seen === null) return [];
  const stream = answer?.stream ?? operation.stream;
  const what = `${answer ? 'a conflict that saw' : 'a read of'} version ${String(seen)}`;
  return [[streamIdOf(stream), { version: seen, rank: 1, from, to, what }]];
};
