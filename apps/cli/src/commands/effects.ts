import type { Command } from 'commander';
import { failedCalls, redriveCalls, type FailedCalls, type ShownCall } from '@orderloom/client';
import { usageError } from '../cli-error.ts';
import { callsOverHttp } from '../connection/calls-over-http.ts';
import { patient } from '../connection/patient.ts';
import { columns } from '../terminal.ts';
import { asking, get } from './asking.ts';
import { instantOf } from './instant-of.ts';
import { type CommonOptions, engineCommand, groupCommand } from './options.ts';

/** Parameters of the list that are said by an option of the same name. */
const FILTERS = ['status', 'webhook', 'provider', 'limit'] as const;

type ListOptions = CommonOptions & Partial<Readonly<Record<(typeof FILTERS)[number], string>>>;

const cells = ({ effectId, status, handler, eventType, eventAt, code }: ShownCall): readonly string[] => [
  effectId,
  ...Object.values(status),
  handler ?? '-',
  `${eventType ?? '-'} ${eventAt ?? ''}`,
  code ?? '-',
];

const list = async (options: ListOptions): Promise<void> => {
  const query = new URLSearchParams();
  for (const filter of FILTERS) {
    const value = options[filter];
    if (value !== undefined) query.set(filter, value);
  }
  await asking(
    options,
    (api) => get(api, `/v1/effects?${query.toString()}`),
    ({ effects, next }) => {
      const found = effects as readonly ShownCall[];
      if (found.length === 0) return ['No call is there.'];
      return [
        ...columns(found.map(cells)),
        ...(next === null ? [] : [`the first ${found.length}; --limit shows more`]),
      ];
    },
  );
};

type RedriveOptions = CommonOptions & {
  readonly webhook?: string;
  readonly provider?: string;
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
  readonly actor?: string;
  readonly dryRun?: boolean;
};

/** Which calls are meant. Nobody means all of them by saying nothing. */
const meantBy = (ids: readonly string[], options: RedriveOptions): FailedCalls => {
  const { webhook, provider, from, to, all } = options;
  const which: FailedCalls = {
    ...(ids.length > 0 && { ids }),
    ...(webhook !== undefined && { webhook }),
    ...(provider !== undefined && { provider }),
    ...(from !== undefined && { from: instantOf(from) }),
    ...(to !== undefined && { to: instantOf(to) }),
  };
  if ((Object.keys(which).length === 0) !== (all === true))
    throw usageError(
      'name what is to be redriven',
      'calls by their ids, or those of a --webhook, a --provider or a window: --from INSTANT --to INSTANT; --all for all of them',
    );
  return which;
};

const redrive = (ids: readonly string[], options: RedriveOptions): Promise<void> => {
  const which = meantBy(ids, options);
  const { dryRun = false } = options;
  return asking(
    options,
    async (api) => {
      const calls = callsOverHttp(patient(api), options.actor);
      return dryRun
        ? { dryRun, redriven: await failedCalls(calls, which), refused: {} }
        : { dryRun, ...(await redriveCalls(calls, which)) };
    },
    ({ redriven, refused }) => [
      `${redriven.length} calls ${dryRun ? 'would be' : 'are'} made again`,
      ...columns(redriven.map(cells)),
      ...Object.entries(refused).map(([code, calls]) => `  ${calls} refused: ${code}`),
    ],
  );
};

/** `orderloom effects`. */
export const effectsCommand = (): Command => {
  const effects = groupCommand({
    usage: 'effects',
    summary: 'List calls to the outside, and have those that were given up made again',
    examples: ['effects list --status given-up', 'effects redrive --webhook wms --dry-run'],
  });
  effects.addCommand(
    engineCommand({
      usage: 'list',
      summary: 'List calls to webhooks and payment providers, those of the newest order first',
      examples: ['effects list --status given-up', 'effects list --webhook wms --json'],
    })
      .option('--status <status>', 'due, started, waiting, succeeded or given-up')
      .option('--webhook <name>', 'to this webhook; one filter at a time')
      .option('--provider <name>', 'to this payment provider')
      .option('--limit <calls>', 'how many are shown at most: 20 unless said, 200 at most')
      .action(list),
  );
  effects.addCommand(
    engineCommand({
      usage: 'redrive [ids...]',
      summary: 'Have calls made again that were given up, and no others',
      examples: [
        'effects redrive EFFECT-ID',
        'effects redrive --webhook wms --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z',
      ],
    })
      .option('--webhook <name>', 'those to this webhook')
      .option('--provider <name>', 'those to this payment provider')
      .option('--from <instant>', 'of events recorded then or later, with its zone')
      .option('--to <instant>', 'of events recorded before then')
      .option('--all', 'all that were given up')
      .option('--actor <name>', 'who says so')
      .option('--dry-run', 'only show what would be made again')
      .action(redrive),
  );
  return effects;
};
