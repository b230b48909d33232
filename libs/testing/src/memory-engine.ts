import type { Projection, Registry } from '@orderloom/decider';
import {
  allMechanisms,
  commandRequest,
  createEngine,
  createProjector,
  inProcessViews,
  jsonCodec,
  memoryDisk,
  memoryEventLog,
  memoryViewStore,
  type CommandResult,
  type EngineOptions,
  type MemoryDisk,
  type Mechanisms,
  type SnapshotStore,
  type ViewReader,
} from '@orderloom/engine';
import { virtualClock } from './virtual-clock.ts';

export type MemoryEngineParts = Pick<EngineOptions, 'statesInMemory' | 'statesAsObjects'> & {
  /** What an earlier engine has kept; an empty one unless said. */
  readonly disk?: MemoryDisk;
  readonly mechanisms?: Partial<Mechanisms>;
  readonly beforeAppend?: () => void;
  readonly snapshots?: SnapshotStore;
  /** Stands between the engine and its stream store. */
  readonly reader?: (reader: ViewReader) => ViewReader;
};

type Domain = {
  readonly registry: Registry;
  readonly projections?: readonly Projection[];
  /** Instant at which it opens, ms since 1970 UTC. */
  readonly opensAt: number;
};

/** An engine of some domain on memory adapters and a virtual clock. */
export const memoryEngine = async (
  { registry, projections = [], opensAt }: Domain,
  parts: MemoryEngineParts = {},
) => {
  const clock = virtualClock(opensAt);
  const codec = jsonCodec();
  const { store, reader } = memoryViewStore();
  const projector = createProjector({ store, codec, registry, projections });
  const disk = parts.disk ?? memoryDisk();
  const log = memoryEventLog({
    disk,
    ...(parts.beforeAppend === undefined ? {} : { beforeAppend: parts.beforeAppend }),
  });
  const feed = await inProcessViews(projector, parts.reader?.(reader) ?? reader);
  for (const group of log.head() > 0 ? disk.groups : []) feed.feed(group);
  const engine = await createEngine({
    registry,
    codec,
    log,
    feed,
    clock,
    mechanisms: { ...allMechanisms, ...parts.mechanisms },
    ...(parts.snapshots === undefined ? {} : { snapshots: parts.snapshots }),
    ...(parts.statesInMemory === undefined ? {} : { statesInMemory: parts.statesInMemory }),
    ...(parts.statesAsObjects === undefined ? {} : { statesAsObjects: parts.statesAsObjects }),
  });
  /** Says a command to a stream of the tenant `main`. */
  const send = (type: string, key: string, name: string, data: object, id: string): Promise<CommandResult> =>
    engine.send(
      commandRequest({
        ...{ stream: { tenant: 'main', type, key }, type: name, data, commandId: id, actor: 'ann' },
      }),
    );
  return { engine, clock, disk, log, send };
};
