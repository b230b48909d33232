import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { type Api, bodyIn, type Json } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { columns } from '../terminal.ts';
import { type CommonOptions, engineCommand, surroundingsOf } from './options.ts';
import { exchangeLines, openedExchanges, orderOfJournal } from './opened-exchanges.ts';
import { documentLines, eventCells, statusText } from './show-result.ts';
import { streamAddress } from './streams.ts';

type Options = CommonOptions & { readonly asOf?: string; readonly asOfVersion?: string };
type HistoryOptions = CommonOptions & { readonly open?: boolean };

type Reading = {
  readonly read: (api: Api, path: string, options: Options) => Promise<Json>;
  readonly lines: (body: Json) => readonly string[];
};

const reading =
  ({ read, lines }: Reading) =>
  async (stream: string, options: Options): Promise<void> => {
    const address = streamAddress(stream);
    const { terminal, reach } = surroundingsOf(options, address.tenant);
    const body = await withEngine({ ...reach, creates: false }, (api) => read(api, address.path, options));
    terminal.result(body, () => lines(body));
  };

/** The moment of the past that is meant, as a query; '': the present. */
const momentIn = ({ asOf, asOfVersion }: Options): string => {
  if (asOf !== undefined && asOfVersion !== undefined)
    throw usageError('--as-of and --as-of-version name two moments', 'say one of them');
  if (asOf !== undefined) return `?asOf=${encodeURIComponent(asOf)}`;
  return asOfVersion === undefined ? '' : `?asOfVersion=${encodeURIComponent(asOfVersion)}`;
};

const show = reading({
  read: async (api, path, options) => bodyIn(await api.get(path + momentIn(options))),
  lines: documentLines,
});

/** `orderloom show`. */
export const showCommand = (): Command =>
  engineCommand({
    usage: 'show <stream>',
    summary: 'Show an order (by its id) or another stream (type/key) as it is now, or was at a moment',
    examples: ['show ORDER-ID', 'show ORDER-ID --as-of 2026-01-31T12:00:00Z', 'show stock/TEA@main --json'],
  })
    .option('--as-of <instant>', 'as it was at this instant, with its zone')
    .option('--as-of-version <number>', 'as it was at this version')
    .action(show);

const PAGE = 500;
/** What an event says is cut there in a trace, which is read for who did what and when. */
const LONGEST_LINE = 160;

const wholeHistory = async (api: Api, path: string): Promise<Json> => {
  const events: Json[] = [];
  for (let after = 0; ;) {
    const body = bodyIn(await api.get(`${path}/events?after=${after}&limit=${PAGE}`));
    events.push(...(body['events'] as readonly Json[]));
    if (typeof body['next'] !== 'number') return { events };
    after = body['next'];
  }
};

const history = reading({
  read: wholeHistory,
  lines: ({ events }) => columns((events as readonly Json[]).map(eventCells)),
});

/** The engine has the keys while it runs: they are opened when nobody needs it any more. */
const openHistory = async (stream: string, options: Options): Promise<void> => {
  const { path } = streamAddress(stream);
  const orderId = orderOfJournal(stream);
  const { terminal, reach } = surroundingsOf(options);
  const { events } = await withEngine({ ...reach, creates: false }, (api) => wholeHistory(api, path));
  const at = { folder: reach.data, tenant: reach.tenant, orderId };
  const opened = openedExchanges(events as readonly Json[], at);
  terminal.result({ events: opened }, () => exchangeLines(opened));
};

/** `orderloom history`. */
export const historyCommand = (): Command =>
  engineCommand({
    usage: 'history <stream>',
    summary: 'List every event of an order (by its id) or of another stream (type/key)',
    examples: ['history ORDER-ID', 'history tenant/main --json', 'history journal/ORDER-ID --open'],
  })
    .option('--open', 'open what providers were told and have said, with the keys of the data folder')
    .action((stream: string, options: HistoryOptions) =>
      options.open === true ? openHistory(stream, options) : history(stream, options),
    );

/** `payment 2, fulfilment 7`: what `--if-version` names; none where the stream has no sections. */
const sectionLines = (sections: unknown): readonly string[] => {
  const versions = Object.entries((sections ?? {}) as Readonly<Record<string, number>>);
  return versions.length === 0
    ? []
    : [`sections     ${versions.map(([name, version]) => `${name} ${String(version)}`).join(', ')}`];
};

const explainLines = (body: Json): readonly string[] => {
  const deadline = body['nextDeadline'] as { readonly name: string; readonly due: string } | null;
  const texts = (name: string): string => (body[name] as readonly string[]).join(', ') || 'nothing';
  return [
    `status       ${statusText(body['status'])} (version ${String(body['version'])})`,
    `possible     ${texts('allowedCommands')}`,
    `may refuse   ${texts('mayRefuse')}`,
    `deadline     ${deadline ? `${deadline.name} at ${deadline.due}` : 'none'}`,
    ...sectionLines(body['sections']),
    'because',
    ...columns((body['because'] as readonly Json[]).map((event) => ['', ...eventCells(event)])),
  ];
};

const explain = reading({
  read: async (api, path) => bodyIn(await api.get(`${path}/explain`)),
  lines: explainLines,
});

/** `orderloom explain`. */
export const explainCommand = (): Command =>
  engineCommand({
    usage: 'explain <stream>',
    summary: 'Say why an order (or another stream, type/key) is as it is, and what may come next',
    examples: ['explain ORDER-ID', 'explain parcel/P-1 --json'],
  }).action(explain);

/** An event's place is its stream and version; the order's own are called by their versions alone. */
const traceCells = ({ stream, event }: Json): readonly string[] => {
  const [version = '', ...cells] = eventCells(event as Json);
  return [String(stream).startsWith('order/') ? version : `${String(stream)} ${version}`, ...cells];
};

const timerCells = ({ name, due, setBy, endedBy }: Json): readonly string[] => [
  `  ${String(name)}`,
  `due ${String(due)}`,
  `set by ${String(setBy)}`,
  endedBy === null ? 'pending' : `ended by ${JSON.stringify(endedBy)}`,
];

const unfoundText = ({ stream, cause }: Json): string =>
  `  ${String(stream)} by ${String(cause)}: refused, on its way, or much later`;

const section = (name: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [name, ...lines];

const traceLines = (body: Json): readonly string[] => {
  const listOf = (name: string): readonly Json[] => body[name] as readonly Json[];
  return [
    ...columns(listOf('events').map(traceCells)).map((line) => line.slice(0, LONGEST_LINE)),
    ...section('timers', columns(listOf('timers').map(timerCells))),
    ...section('without an event', listOf('unfound').map(unfoundText)),
  ];
};

const trace = reading({
  read: async (api, path) => bodyIn(await api.get(`${path}/trace`)),
  lines: traceLines,
});

/** `orderloom trace`. */
export const traceCommand = (): Command =>
  engineCommand({
    usage: 'trace <order>',
    summary:
      'Show all that belongs to an order: its events, those of stock, parcels and calls, its deadlines',
    examples: ['trace ORDER-ID', 'trace ext:shop:1001 --json'],
  }).action(trace);
