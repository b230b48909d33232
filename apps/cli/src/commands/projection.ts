import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { CliError, EXIT } from '../cli-error.ts';
import type { Api, Json } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { progressOn } from '../import/progress.ts';
import { columns, type Terminal } from '../terminal.ts';
import { asking, get, post } from './asking.ts';
import { type CommonOptions, engineCommand, groupCommand, surroundingsOf } from './options.ts';

const PATH = '/v1/projections';
const LOOK_EVERY_MS = 200;

type Row = { readonly generation: string; readonly state: string; readonly index: number };
type Work = {
  readonly kind: string;
  readonly generation: string;
  readonly phase: string;
  readonly done: number;
  readonly total: number;
};
type Difference = { readonly view: string; readonly id: string; readonly kind: string };
type Comparison = {
  readonly documents: number;
  readonly histories: number;
  readonly differences: number;
  readonly first: Difference | null;
};
type End = {
  readonly kind: string;
  readonly generation: string;
  readonly result: string;
  readonly comparison: Comparison | null;
  readonly reason: string | null;
};
type Report = {
  readonly head: number;
  readonly generations: readonly Row[];
  readonly work: Work | null;
  readonly last: End | null;
};

type StoreOptions = CommonOptions & { readonly cache?: boolean };

const reportIn = (body: Json): Report => body as unknown as Report;

/** The generations of one store, as an engine handles them. */
type Projections = {
  readonly report: () => Promise<Report>;
  readonly post: (address: string, parameters?: Readonly<Record<string, string>>) => Promise<Json>;
};

const projectionsOf = (api: Api, { cache = false }: StoreOptions): Projections => {
  const at = (address: string, parameters: Readonly<Record<string, string>> = {}): string => {
    const query = new URLSearchParams({ ...parameters, ...(cache && { store: 'cache' }) }).toString();
    return PATH + address + (query === '' ? '' : `?${query}`);
  };
  return {
    report: async () => reportIn(await get(api, at(''))),
    post: (address, parameters) => post(api, at(address, parameters)),
  };
};

const listLines = ({ head, generations, work }: Report): readonly string[] => [
  ...columns(
    generations.map(({ generation, state, index }) => [generation, state, `event ${index} of ${head}`]),
  ),
  ...(work === null
    ? []
    : [`${work.kind} of ${work.generation}: ${work.phase}, ${work.done} of ${work.total}`]),
];

const SAID: Readonly<Record<string, string>> = {
  equal: 'equals a fresh fold of the log',
  swapped: 'equals a fresh fold of the log, and is live now',
};

const endLines = ({ generation, result, comparison }: End): readonly string[] => [
  `Generation ${generation} ${SAID[result] ?? result}: ` +
    `${comparison?.documents ?? 0} documents, ${comparison?.histories ?? 0} histories.`,
];

/** A difference, or a failure, as the end of the command. */
const refusalOf = ({ generation, comparison, reason }: End): CliError | undefined => {
  const first = comparison?.first ?? null;
  if (comparison !== null && first !== null)
    return new CliError(EXIT.refused, {
      code: 'views-differ',
      message: `generation ${generation} differs from a fresh fold of the log in ${comparison.differences} places; the first: ${first.view} ${first.id} is ${first.kind}`,
      remedy: 'nothing was swapped; rebuild it: orderloom projection rebuild',
      details: { comparison },
    });
  if (reason === null) return undefined;
  return new CliError(EXIT.refused, {
    code: 'views-work-failed',
    message: reason,
    remedy: 'run the same line again: a rebuild goes on where it was',
  });
};

/** Waits for the end of what is under way, and shows how far it is. */
const ended = async ({ report }: Projections, terminal: Terminal): Promise<End | null> => {
  let progress = progressOn(terminal, 'Building', 1);
  let phase = '';
  try {
    for (;;) {
      const { work, last } = await report();
      if (work === null) return last;
      if (work.phase !== phase && work.total > 0) {
        progress.stop();
        phase = work.phase;
        progress = progressOn(terminal, phase === 'building' ? 'Building' : 'Comparing', work.total);
      }
      if (work.phase === phase) progress.at(work.done);
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    progress.stop();
  }
};

/** Begins long work, waits for its end, and tells it. */
const working = async (
  options: StoreOptions,
  begin: (projections: Projections) => Promise<unknown>,
): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const end = await withEngine({ ...reach, creates: false }, async (api) => {
    const projections = projectionsOf(api, options);
    await begin(projections);
    return ended(projections, terminal);
  });
  if (end === null) return;
  const refusal = refusalOf(end);
  if (refusal) throw refusal;
  terminal.result(end, () => endLines(end));
};

const besideIn = ({ generations }: Report): string => {
  const beside = generations[1];
  if (beside === undefined)
    throw new CliError(EXIT.refused, {
      ...{ code: 'nothing-beside', message: 'there is one generation of the views, and nothing beside it' },
      remedy: 'make one: orderloom projection rebuild',
    });
  return beside.generation;
};

const act = async ({ report, post }: Projections, action: string): Promise<Json> =>
  post(`/${besideIn(await report())}:${action}`);

const atOnce =
  (action: string) =>
  (options: StoreOptions): Promise<void> =>
    asking(
      options,
      (api) => act(projectionsOf(api, options), action),
      (body) => listLines(reportIn(body)),
    );

const list = (options: StoreOptions): Promise<void> =>
  asking(options, (api) => projectionsOf(api, options).report(), listLines);

type RebuildOptions = StoreOptions & { readonly swap: boolean };

const rebuild = (options: RebuildOptions): Promise<void> =>
  working(options, async ({ report, post }) => {
    // One that was begun before goes on by itself.
    const { work } = await report();
    return work?.kind === 'rebuild' ? undefined : post('', { swap: String(options.swap) });
  });

const compare = (generation: string | undefined, options: StoreOptions): Promise<void> =>
  working(options, async ({ report, post }) => {
    const { generations } = await report();
    return post(`/${encodeURIComponent(generation ?? generations.at(-1)?.generation ?? '')}:compare`);
  });

const swap = (options: StoreOptions): Promise<void> =>
  working(options, (projections) => act(projections, 'swap'));

/** A command that handles the views, or with `--cache` the hot cache. */
const storeCommand = (said: Parameters<typeof engineCommand>[0]): Command =>
  engineCommand(said).option('--cache', 'the hot cache in Redis instead of the views (kafka profile)');

/** `orderloom projection`. */
export const projectionCommand = (): Command => {
  const projection = groupCommand({
    usage: 'projection',
    summary: 'Rebuild the views beside the live ones, prove them equal to the log, swap them',
    examples: ['projection list', 'projection rebuild', 'projection rollback'],
  });
  projection.addCommand(
    storeCommand({
      usage: 'list',
      summary: 'List the generations of the views that are fed, the live one first',
      examples: ['projection list', 'projection list --json'],
    }).action(list),
    { isDefault: true },
  );
  projection.addCommand(
    storeCommand({
      usage: 'rebuild',
      summary: 'Build all views anew beside the live ones, compare them with the log, and swap',
      examples: ['projection rebuild', 'projection rebuild --no-swap', 'projection rebuild --cache'],
    })
      .option('--no-swap', 'compare only, and leave the live views where they are')
      .action(rebuild),
  );
  projection.addCommand(
    storeCommand({
      usage: 'compare [generation]',
      summary:
        'Hold a generation (default: the newest) against a fresh fold of the log: exit code 1 where it differs',
      examples: ['projection compare', 'projection compare --json'],
    }).action(compare),
  );
  projection.addCommand(
    storeCommand({
      usage: 'swap',
      summary: 'Compare the generation beside the live one, and make it the live one',
      examples: ['projection swap'],
    }).action(swap),
  );
  projection.addCommand(
    storeCommand({
      usage: 'rollback',
      summary: 'Make the views that were live before the last swap live again, at once',
      examples: ['projection rollback'],
    }).action(atOnce('rollback')),
  );
  projection.addCommand(
    storeCommand({
      usage: 'drop',
      summary: 'Give up the generation beside the live one',
      examples: ['projection drop'],
    }).action(atOnce('drop')),
  );
  return projection;
};
