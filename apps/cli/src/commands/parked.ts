import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import type { Api, Json } from '../connection/api.ts';
import { parkedStreams, parkedWithin, type ParkedStream, type Window } from '../connection/parked-streams.ts';
import { columns } from '../terminal.ts';
import { asking, get, post } from './asking.ts';
import { instantOf } from './instant-of.ts';
import { type CommonOptions, engineCommand, groupCommand } from './options.ts';
import { documentLines, eventCells } from './show-result.ts';

const cells = ({ id, group, stream, reason, versions, redriving }: ParkedStream): readonly string[] => [
  id,
  group,
  stream,
  `${versions.length} from version ${String(versions[0])}`,
  redriving ? `${reason}, being redriven` : reason,
];

const listLines = ({ consumers, ...others }: Json): readonly string[] => {
  const rest = Object.fromEntries(
    Object.entries(others).filter(([, list]) => !Array.isArray(list) || list.length > 0),
  );
  const parked = consumers as readonly ParkedStream[];
  if (parked.length === 0 && Object.keys(rest).length === 0) return ['Nothing is parked.'];
  return [...columns(parked.map(cells)), ...(Object.keys(rest).length === 0 ? [] : documentLines(rest))];
};

const explainLines = (body: Json): readonly string[] => [
  ...columns([cells(body as unknown as ParkedStream)]),
  'a redrive hands these out, in this order:',
  ...columns(
    (body['events'] as readonly Json[]).map(({ event, reason, version }) => [
      '',
      ...(event === null ? [String(version), 'the event cannot be read'] : eventCells(event as Json)),
      String(reason),
    ]),
  ),
];

const list = (options: CommonOptions): Promise<void> =>
  asking(options, (api) => get(api, '/v1/parked'), listLines);

const explain = (id: string, options: CommonOptions): Promise<void> =>
  asking(options, (api) => get(api, `/v1/parked/${encodeURIComponent(id)}`), explainLines);

type RedriveOptions = CommonOptions & {
  readonly group?: string;
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
};

const windowOf = (from: string | undefined, to: string | undefined): Window => ({
  ...(from === undefined ? {} : { from: instantOf(from) }),
  ...(to === undefined ? {} : { to: instantOf(to) }),
});

/** The streams that are meant, as they are parked now. */
const meant = async (
  api: Api,
  ids: readonly string[],
  group: string | undefined,
): Promise<readonly ParkedStream[]> =>
  (await parkedStreams(api)).filter((one) => ids.includes(one.id) || one.group === group);

const redriveStreams = async (api: Api, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await post(api, `/v1/parked/${encodeURIComponent(id)}:redrive`);
};

const redrive = (
  ids: readonly string[],
  { group, from, to, dryRun, ...options }: RedriveOptions,
): Promise<void> => {
  if ((ids.length === 0) === (group === undefined))
    throw usageError(
      'name what is to be redriven',
      'name streams by their ids, or all of a group: --group NAME',
    );
  const ofAll = from === undefined && to === undefined;
  if (group === undefined && !ofAll)
    throw usageError('a window is of a group', 'name the group: --group NAME --from INSTANT --to INSTANT');
  const window = windowOf(from, to);
  return asking(
    options,
    async (api) => {
      const streams = parkedWithin(await meant(api, ids, group), window);
      if (dryRun) return { redriving: false, streams };
      if (group !== undefined && ofAll) await post(api, `/v1/groups/${encodeURIComponent(group)}/redrive`);
      else await redriveStreams(api, group === undefined ? ids : streams.map(({ id }) => id));
      return { redriving: true, streams: streams.map((one) => ({ ...one, redriving: true })) };
    },
    ({ streams, redriving }) => [
      `${streams.length} streams ${redriving ? 'are' : 'would be'} redriven`,
      ...columns(streams.map(cells)),
    ],
  );
};

/** `orderloom parked`. */
export const parkedCommand = (): Command => {
  const parked = groupCommand({
    usage: 'parked',
    summary: 'List, explain and redrive what could not be handled',
    examples: ['parked', 'parked explain ID', 'parked redrive --group labels --dry-run'],
  });
  parked.addCommand(
    engineCommand({
      usage: 'list',
      summary: 'List parked events and reactions, and commands nobody could decide',
      examples: ['parked', 'parked list --json'],
    }).action(list),
    { isDefault: true },
  );
  parked.addCommand(
    engineCommand({
      usage: 'explain <id>',
      summary: 'Show why a stream is parked, and what a redrive would hand out',
      examples: ['parked explain ID'],
    }).action(explain),
  );
  parked.addCommand(
    engineCommand({
      usage: 'redrive [ids...]',
      summary: 'Have parked events handled again by their consumers: in order, each until it is handled',
      examples: [
        'parked redrive ID',
        'parked redrive --group labels',
        'parked redrive --group labels --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z',
      ],
    })
      .option('--group <name>', 'everything that a group has parked')
      .option('--from <instant>', 'of the group, what was recorded then or later, with its zone')
      .option('--to <instant>', 'of the group, what was recorded before then')
      .option('--dry-run', 'only show what would be redriven')
      .action(redrive),
  );
  return parked;
};
