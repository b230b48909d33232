import { type Command, Option } from 'commander';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { liveGeneration } from '@orderloom/embedded';
import type { ViewReader } from '@orderloom/engine';
import { openViewReader, readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import { unreachable, usageError } from '../cli-error.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { viewsAtHead } from '../connection/views-at-head.ts';
import { eventRows } from '../export/event-rows.ts';
import { orderRows } from '../export/order-rows.ts';
import { type OpenLog, type Position, positionAt } from '../export/position.ts';
import type { Format, Rows } from '../export/rows.ts';
import { runExport } from '../export/run-export.ts';
import { fileTarget, keptFor, sameExport, streamTarget } from '../export/target.ts';
import { progressOn } from '../import/progress.ts';
import { type CommonOptions, folderCommand, groupCommand, surroundingsOf } from './options.ts';

type What = 'orders' | 'events';
type Options = CommonOptions & {
  readonly format: Format;
  readonly to?: string;
  readonly position?: string;
};

/** The log index that is meant; `undefined`: the end of the log, or where an interrupted export began. */
const positionIn = ({ position }: Options): number | undefined => {
  if (position === undefined) return undefined;
  const index = /^\d{1,15}$/.test(position) ? Number(position) : 0;
  if (index > 0) return index;
  throw usageError('--position is no position', 'write the index of an event, from 1 on, or leave it out');
};

type Source = OpenLog & { readonly data: string; readonly tenant: string };

/** The views of a folder where they show the position; `undefined`: they are behind, or there are none. */
const viewsAt = async (data: string, { index }: Position): Promise<ViewReader | undefined> => {
  const generation = liveGeneration(data, domainRegistry({ stepper: tableStepper }));
  if (generation === undefined) return undefined;
  const reader = openViewReader(data, generation);
  if ((await reader.asOf().catch(() => -1)) >= index) return reader;
  await reader.close();
  return undefined;
};

/** Runs `work` with views that show the position: as they are, or when the engine has brought them there. */
const withViews = async <T>(
  { data, tenant }: Source,
  position: Position,
  work: (reader: ViewReader) => Promise<T>,
): Promise<T> => {
  let reader = await viewsAt(data, position);
  if (reader === undefined) {
    await withEngine({ data, tenant, url: undefined, creates: false }, viewsAtHead);
    reader = await viewsAt(data, position);
  }
  if (reader === undefined)
    throw unreachable('views-behind', 'the views do not reach the position', 'run it again');
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
};

const exportOf = (what: What) => async (options: Options) => {
  const { terminal, reach } = surroundingsOf(options);
  const { format, to } = options;
  const { data, tenant } = reach;
  const kept = to === undefined ? undefined : keptFor(to);
  const log = readLog(data);
  try {
    const codec = wireCodec();
    codec.bind(log.schemas);
    const source = { log, codec, data, tenant };
    const position = positionAt(source, positionIn(options) ?? kept?.position ?? log.head());
    const purpose = { what, format, tenant, position: position.index, mark: position.mark };
    if (kept !== undefined && to !== undefined) sameExport(kept, purpose, to);
    const write = async (rows: Rows): Promise<number> => {
      const progress = progressOn(terminal, 'Exporting', rows.total);
      const target = to === undefined ? streamTarget(process.stdout) : fileTarget(to, kept);
      return runExport({ rows, target, purpose, kept, progress });
    };
    const count =
      what === 'events'
        ? await write(eventRows(source, position, { tenant, format }))
        : await withViews(source, position, (reader) =>
            write(orderRows({ ...source, reader }, position, { tenant, format })),
          );
    const result = { what, format, tenant, position: position.index, rows: count, file: to ?? null };
    const said = `${count} ${what} at position ${position.index}`;
    if (to === undefined) terminal.note(said);
    else terminal.result(result, () => [`${said} in ${to}`]);
  } finally {
    log.close();
  }
};

const exporting = (what: What, summary: string): Command =>
  folderCommand({
    usage: what,
    summary,
    examples: [
      `export ${what} --format csv --to ${what}.csv`,
      `export ${what} --position 5000 > ${what}.jsonl`,
    ],
  })
    .option('--tenant <name>', 'tenant (default: main)')
    .addOption(new Option('--format <name>', 'csv or jsonl').choices(['csv', 'jsonl']).default('jsonl'))
    .option('--to <file>', 'file to write; an interrupted export goes on there (default: standard output)')
    .option('--position <index>', 'index of the last event that counts (default: the end of the log)')
    .action(exportOf(what));

/** `orderloom export`. */
export const exportCommand = (): Command => {
  const command = groupCommand({
    usage: 'export',
    summary: 'Write orders or events to a file, as they are at one position of the log',
    examples: ['export orders --format csv --to orders.csv', 'export events --to events.jsonl'],
  });
  command.addCommand(exporting('orders', 'Every order as it is at the position, the newest first'));
  command.addCommand(exporting('events', 'Every event up to the position, the oldest first'));
  return command;
};
