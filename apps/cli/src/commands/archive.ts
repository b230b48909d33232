import type { Command } from 'commander';
import { streamIdOf } from '@orderloom/decider';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { EngineError, type ArchivedStream } from '@orderloom/engine';
import { presentDocument, projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import {
  archiveProblem,
  groupsOf,
  openPartitions,
  tenantEventsOf,
  type ArchivedPartition,
} from '../archive/archive-folder.ts';
import { CliError, EXIT } from '../cli-error.ts';
import { terminalOf } from '../terminal.ts';
import { verifyLog, type Verdict } from '../verify/verify-log.ts';
import { folderCommand, folderIn, groupCommand, type CommonOptions } from './options.ts';
import { documentLines } from './show-result.ts';
import { streamNamed } from './streams.ts';
import { verdictLines } from './verify.ts';

type Options = CommonOptions & { readonly prefix?: string };

const partitionsIn = (options: Options): readonly ArchivedPartition[] =>
  openPartitions({ data: folderIn(options), prefix: options.prefix });

type Found = {
  readonly partition: ArchivedPartition;
  readonly archived: ArchivedStream;
  /** Events of the stream behind the document, in all partitions. */
  readonly laterEvents: number;
};

const find = (partitions: readonly ArchivedPartition[], id: string, view: string): Found => {
  const events = partitions.reduce((sum, { reader }) => sum + reader.readStream(id).length, 0);
  const rests = partitions.flatMap((partition): readonly Omit<Found, 'laterEvents'>[] => {
    const archived = partition.reader.find(id).find((one) => one.view === view);
    return archived === undefined ? [] : [{ partition, archived }];
  });
  // A slot that has moved may have left an earlier rest behind.
  const [last] = rests.toSorted((one, other) => other.archived.version - one.archived.version);
  if (last !== undefined) return { ...last, laterEvents: events - last.archived.version };
  if (events > 0)
    throw new CliError(EXIT.refused, {
      code: 'not-at-rest',
      message: `${id} has not closed: the archive has ${events} events of it, and no document yet`,
      remedy: 'ask the engine, which knows it as it is now: orderloom show STREAM',
    });
  throw new CliError(EXIT.refused, {
    code: 'unknown-stream',
    message: `the archive has no ${id}`,
    remedy: 'check the key and --tenant; what was recorded a moment ago may not be archived yet',
  });
};

/** The document as readers get it, if it is of this build's fold; as it was kept, if it is of another one's. */
const shown = ({ view, foldId, version, document }: ArchivedStream, key: string): object =>
  projections.some((projection) => projection.name === view && projection.foldId === foldId)
    ? presentDocument(view, { id: key, version, document })
    : { version, document };

const show = (stream: string, options: Options): void => {
  try {
    const { type, key } = streamNamed(stream);
    const tenant = options.tenant ?? (type === 'tenant' ? key : 'main');
    const id = streamIdOf({ tenant, type, key });
    const { partition, archived, laterEvents } = find(partitionsIn(options), id, type);
    const body = {
      ...shown(archived, key),
      archive: {
        partition: partition.partition,
        restedAt: new Date(archived.recordedAt).toISOString(),
        fold: archived.foldId,
        laterEvents,
      },
    };
    terminalOf(options.json === true).result(body, () => documentLines(body));
  } catch (error) {
    throw archiveProblem(error);
  }
};

const verified = async (options: Options): Promise<Verdict> => {
  const partitions = partitionsIn(options);
  const registry = domainRegistry({ stepper: tableStepper });
  const codec = wireCodec();
  const tenants = await tenantEventsOf(partitions, registry.global.type);
  // How far the log itself has come meanwhile, an archive cannot know.
  const apart = { tenants, isAtRest: async () => false };
  return verifyLog({ groups: groupsOf(partitions, codec), codec, registry, apart });
};

/** Damage that is met before the first event has been looked at is a violation like any other. */
const verdictOf = async (options: Options): Promise<Verdict> => {
  try {
    return await verified(options);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'archive-corrupt') throw error;
    const violations = [{ stream: 'archive', version: 0, problem: error.message }];
    return { digest: '', orders: 0, events: 0, violations, onItsWay: 0 };
  }
};

const verify = async (options: Options): Promise<void> => {
  const verdict = await verdictOf(options);
  terminalOf(options.json === true).result(verdict, () => verdictLines(verdict));
  if (verdict.violations.length > 0) process.exitCode = EXIT.refused;
};

const withPrefix = (command: Command): Command =>
  command.option(
    '--prefix <name>',
    'beginning of the names of its topics (default: $ORDERLOOM_KAFKA_PREFIX, else orderloom)',
  );

/** `orderloom archive`. */
export const archiveCommand = (): Command => {
  const archive = groupCommand({
    usage: 'archive',
    summary: 'Read what projector-archive keeps, with nothing else running',
    examples: ['archive show ORDER-ID', 'archive verify --data /srv/orderloom'],
  });
  archive.addCommand(
    withPrefix(
      folderCommand({
        usage: 'show <stream>',
        summary: 'Show an order (by its id) or another stream (type/key) as it was when it closed',
        examples: ['archive show ORDER-ID', 'archive show parcel/P-1 --json'],
      }).option('--tenant <name>', 'tenant (default: main)'),
    ).action(show),
  );
  archive.addCommand(
    withPrefix(
      folderCommand({
        usage: 'verify',
        summary: 'Prove every segment and check every event in it: exit code 1 where anything is wrong',
        examples: ['archive verify', 'archive verify --data /srv/orderloom --json'],
      }),
    ).action(verify),
  );
  return archive;
};
