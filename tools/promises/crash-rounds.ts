import type { OrderPlacedData } from '@orderloom/domain';
import { openKeyStore } from '@orderloom/sqlite';
import {
  checkHistory,
  random,
  recordHistory,
  type HistoryEntry,
  type HistoryReport,
} from '@orderloom/testing';
import { openReceiver } from '@orderloom/wire';
import { viewsAtHead } from './a-shop.ts';
import { ask } from './ask.ts';
import { builtProgram, startApp, type App } from './app.ts';
import { aDoor } from './door.ts';
import { aLoad, type Load } from './load.ts';
import { readEvents, registry } from './read-events.ts';
import { startProgram } from './scratch.ts';
import { httpSender } from './sender.ts';
import { openingCommands, retailWords } from './shop-words.ts';
import { until } from './until.ts';

export type CrashOptions = {
  readonly folder: string;
  readonly rounds: number;
  readonly seed: number;
  /** What the app runs under. */
  readonly env?: Readonly<Record<string, string>>;
  /** Done to the folder when the app is dead. */
  readonly crashed?: (round: number) => void;
};

export type CrashReport = {
  readonly rounds: number;
  /** The whole run, checked when everything was at rest. */
  readonly last: HistoryReport;
  /** What each crash had broken, found before anybody touched the folder again. */
  readonly broken: readonly string[];
  /** Commands that had taken effect although their answer was lost: a retry was told so. */
  readonly keptUnheard: number;
  /** Orders whose view is not at the version of the log. */
  readonly behind: readonly string[];
  /** Orders whose receiver cannot be read any more. */
  readonly unreadable: readonly string[];
  /** What `orderloom verify` finds. */
  readonly verified: readonly unknown[];
  /** From the start of the process to its first answer, ms. */
  readonly startMs: { readonly median: number; readonly max: number };
};

/** Deadlines fire all the time: a retail order that is not paid by then is closed. */
const PAYMENT_TIMEOUT_MS = 5_000;
/** Answers between two crashes: soon after the start, and in full swing. */
const ANSWERS = [1, 20, 120, 250, 400];
const VIEWS_LOOKED_AT = 500;

const figuresOf = (sorted: readonly number[]): CrashReport['startMs'] => ({
  median: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
  max: Math.round(sorted.at(-1) ?? 0),
});

/** The clients are here and the engine is a child, so that what clients were told outlives every crash. */
export const crashRounds = async (options: CrashOptions): Promise<CrashReport> => {
  const { folder, rounds, seed, env, crashed } = options;
  const source = random(seed);
  const history = recordHistory();
  const door = aDoor();
  const load = aLoad({
    sender: httpSender(door.url),
    words: retailWords({ sealed: true }),
    opened: door.opened,
    ...{ history, seed },
  });
  const broken: string[] = [];
  const starts: number[] = [];
  const serve = async (): Promise<App> => {
    const began = performance.now();
    const app = await startApp(folder, env);
    starts.push(performance.now() - began);
    door.open(app.url);
    return app;
  };

  let endFault = (): void => undefined;
  for (let round = 1; round <= rounds && broken.length === 0; round++) {
    const app = await serve();
    endFault();
    if (round === 1) await open(load);
    await load.answered(source.oneOf(ANSWERS));
    endFault = history.fault('crash');
    door.close();
    await app.kill();
    crashed?.(round);
    const { violations } = checkHistory({ history: history.entries(), log: readEvents(folder), registry });
    broken.push(...violations.map(({ check, what }) => `round ${String(round)}: ${check}: ${what}`));
  }

  const app = await serve();
  endFault();
  await load.finish();
  const quietAt = await deadlinesOver(app);
  const behind = await viewsBehind(app, folder);
  await app.stop();
  const log = readEvents(folder);
  return {
    rounds,
    last: checkHistory({ history: history.entries(), log, registry, quietAt }),
    ...{ broken, behind, keptUnheard: keptUnheard(history.entries()) },
    unreadable: unreadableReceivers(folder),
    verified: await verify(folder),
    startMs: figuresOf(starts.toSorted((a, b) => a - b)),
  };
};

const keptUnheard = (entries: readonly HistoryEntry[]): number => {
  const commands = new Map<string, string>();
  const unheard = new Set<string>();
  const kept = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'fault') continue;
    const op = `${entry.client}#${String(entry.op)}`;
    if (entry.kind === 'invoke' && entry.operation.kind === 'command')
      commands.set(op, entry.operation.commandId);
    const command = commands.get(op) ?? '';
    if (entry.kind === 'unknown') unheard.add(command);
    if (entry.kind !== 'answer') continue;
    if (entry.answer.outcome === 'duplicate' && unheard.has(command)) kept.add(command);
    unheard.delete(command);
  }
  return kept.size;
};

const open = async (load: Load): Promise<void> => {
  await Promise.all(openingCommands(PAYMENT_TIMEOUT_MS).map((command) => load.insist(command)));
  load.begin();
};

/** Waits until no deadline is left, and gives that instant. */
const deadlinesOver = (app: App): Promise<number> =>
  until('all deadlines to take effect', async () => {
    const at = Date.now();
    const { body } = await ask(app.url, '/v1/deadlines?limit=1');
    return (body['deadlines'] as readonly unknown[]).length === 0 ? at : undefined;
  });

/** Waits until the views are at the head, then compares their versions with the log's. */
const viewsBehind = async (app: App, folder: string): Promise<string[]> => {
  await viewsAtHead(app);
  const versions = new Map<string, number>();
  for (const { stream, version } of readEvents(folder))
    if (stream.type === 'order') versions.set(stream.key, version);
  const looked = [...versions].slice(-VIEWS_LOOKED_AT);
  const shown = await Promise.all(
    looked.map(async ([key, version]) => {
      const { headers } = await ask(app.url, `/v1/orders/${key}`);
      return headers['etag'] === `"${String(version)}"` ? [] : [key];
    }),
  );
  return shown.flat();
};

/**
 * Every order's receiver must open, and be who was said: a key must be as durable as what it sealed. And it must be one
 * person's: else who asks to be forgotten takes others along.
 */
const unreadableReceivers = (folder: string): string[] => {
  const keyStore = openKeyStore(folder);
  const subjects = new Map<number, string>();
  try {
    return readEvents(folder).flatMap((event) => {
      if (event.type !== 'OrderPlaced') return [];
      const { receiver, externalId } = event.data as OrderPlacedData;
      const opened = receiver === null ? undefined : openReceiver(keyStore, receiver);
      if (receiver !== null && (subjects.get(receiver.keyId) ?? receiver.subject) !== receiver.subject)
        return [event.stream.key];
      if (receiver !== null) subjects.set(receiver.keyId, receiver.subject);
      const index = Number(externalId?.slice('shop-'.length));
      const said = `receiver-${String(index)}@example.org`;
      return opened?.email === said ? [] : [event.stream.key];
    });
  } finally {
    keyStore.close();
  }
};

/** The command line's own check of a log: legal histories, money, stock, parcels, hashes. */
const verify = async (folder: string): Promise<readonly unknown[]> => {
  const { output, ended } = startProgram([builtProgram('cli'), 'verify', '--data', folder, '--json']);
  await ended;
  return (JSON.parse(output()) as { violations: readonly unknown[] }).violations;
};
