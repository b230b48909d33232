import { setTimeout as pause } from 'node:timers/promises';
import { logUnavailable } from '@orderloom/engine';
import { keepReading } from '../reading/keep-reading.ts';
import { generationsIn, generationsReader, type Generations, type GenerationsPlace } from './generations.ts';
import { LogPlaces } from './log-places.ts';
import { topicNames } from './topic-names.ts';

/** The generations as a process knows them, kept up to date. */
export type FollowedGenerations = {
  readonly now: () => Generations;
  readonly places: () => LogPlaces;
  readonly onChanged: (tell: () => void) => void;
  /** Resolves when everything is known here that had been written when it was called. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const WAIT_MS = 500;
const PAUSE_MS = 200;
const LOOK_MS = 10;
/** A dead operator's open transaction keeps the end of the topic back for ten seconds. */
const CAUGHT_UP_WITHIN_MS = 15_000;

/** Reads the generations to their end, and then as they come. Throws `log-unavailable` where there is no such topic. */
export const followGenerations = async (
  options: GenerationsPlace & { readonly onProblem: (error: unknown) => void },
): Promise<FollowedGenerations> => {
  const { onProblem } = options;
  const topic = topicNames(options.prefix).generations;
  // It waits for new records all the time, so the other one asks for the end.
  const tailing = await generationsReader(options, 'committed');
  const asking = await generationsReader(options, 'uncommitted');
  const told: (() => void)[] = [];
  let next = 0;
  let now: Generations = { counts: [options.partitions], wanted: 1 };
  let places = new LogPlaces(now.counts);
  const readSome = async (): Promise<void> => {
    const fetched = await tailing.fetch(topic, 0, next, WAIT_MS);
    const found = generationsIn(fetched.messages);
    next = fetched.next;
    if (found === undefined) return;
    now = found;
    places = new LogPlaces(found.counts);
    for (const tell of told) tell();
  };
  const [end = 0] = await tailing.offsets(topic, 'end');
  while (next < end) await readSome();
  const tail = keepReading(readSome, { pauseMs: PAUSE_MS, onProblem });
  return {
    now: () => now,
    places: () => places,
    onChanged: (tell) => void told.push(tell),
    caughtUp: async () => {
      const [least = 0] = await asking.offsets(topic, 'end');
      for (const until = Date.now() + CAUGHT_UP_WITHIN_MS; next < least && !tail.isStopped();) {
        if (Date.now() > until) throw logUnavailable(`the end of ${topic} is not shown`);
        await pause(LOOK_MS);
      }
    },
    stop: async () => {
      await tail.stop();
      await Promise.all([tailing.close(), asking.close()]);
    },
  };
};
