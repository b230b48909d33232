import { SLOTS, type Registry } from '@orderloom/decider';
import type { Alarm, OnAlarm } from '../alarm.ts';
import type { Codec } from '../ports/codec.ts';
import type { OutboundCommand, ParkedReaction } from '../ports/event-log.ts';
import { Cascade } from './cascade.ts';
import { Deadlines } from './deadlines.ts';
import { GroupWriter } from './group-writer.ts';
import { IdempotencyMemory } from './idempotency.ts';
import { ParkedPlaces } from './parking.ts';
import { indexRegistry } from './registry-index.ts';
import { SettingAside } from './setting-aside.ts';
import { StreamTable } from './streams.ts';
import { TenantTimes } from './tenant-times.ts';

export type PartitionOptions = {
  readonly registry: Registry;
  readonly codec: Codec;
  /** Slots that are decided here; commands for others go out as `outbound`. Default: all. */
  readonly owns?: (slot: number) => boolean;
  /** Null control for tests: `false` forgets every command id, so that retries take effect again. */
  readonly dedup?: boolean;
  /** Folds that are kept in memory, about; the others are read back when they are needed. Default: all. */
  readonly statesInMemory?: number;
  /** Folds that are kept as objects, about; the others in memory are packed. */
  readonly statesAsObjects?: number;
  readonly onAlarm?: OnAlarm | undefined;
};

/** Everything that one owner holds of its slots, and what the open group has added so far. */
export type Partition = {
  readonly registry: ReturnType<typeof indexRegistry>;
  readonly codec: Codec;
  readonly owns: (slot: number) => boolean;
  readonly dedup: boolean;
  /** Commands of process managers may come from another partition, twice: they are remembered too. */
  readonly remembersSent: boolean;
  readonly streams: StreamTable;
  readonly settingAside: SettingAside;
  readonly memory: IdempotencyMemory;
  readonly times: TenantTimes;
  readonly deadlines: Deadlines;
  /** Last sequence given out, per slot. */
  readonly sequences: Float64Array;
  readonly parkedAt: ParkedPlaces;
  readonly writer: GroupWriter;
  readonly cascade: Cascade;
  readonly outbound: OutboundCommand[];
  readonly parked: ParkedReaction[];
  /** What an operator hears of once the open group is durable. */
  readonly alarms: Alarm[];
};

export const emptyPartition = (options: PartitionOptions): Partition => {
  const registry = indexRegistry(options.registry);
  const streams = new StreamTable();
  return {
    registry,
    codec: options.codec,
    owns: options.owns ?? (() => true),
    dedup: options.dedup ?? true,
    remembersSent: options.owns !== undefined,
    streams,
    settingAside: new SettingAside(streams, registry, options),
    memory: new IdempotencyMemory(),
    times: new TenantTimes(registry, streams),
    deadlines: new Deadlines(streams),
    sequences: new Float64Array(SLOTS),
    parkedAt: new ParkedPlaces(),
    writer: new GroupWriter(options.codec),
    cascade: new Cascade(registry),
    outbound: [],
    parked: [],
    alarms: [],
  };
};
