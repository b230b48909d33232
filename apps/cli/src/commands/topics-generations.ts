import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  generationsState,
  growTopics,
  planGrowth,
  switchSlots,
  type AppliedTopic,
  type GenerationsState,
} from '@orderloom/kafka';
import { usageError } from '../cli-error.ts';
import { columns, terminalOf } from '../terminal.ts';
import { groupCommand, partitionsIn } from './options.ts';
import { clusterIn, onCluster, type TopicsOptions } from './topics-cluster.ts';

const LOOK_MS = 500;

const topicsOptions = (command: Command): Command =>
  command
    .option('--brokers <list>', 'brokers of the cluster (default: $ORDERLOOM_KAFKA_BROKERS)')
    .option('--prefix <name>', 'beginning of their names (default: $ORDERLOOM_KAFKA_PREFIX, else orderloom)')
    .option('--json', 'print the result as JSON');

const stateLines = ({ counts, wanted, slots }: GenerationsState): readonly string[] =>
  columns(
    counts.map((partitions, before) => [
      `generation ${String(before + 1)}`,
      `${String(partitions)} partitions`,
      `${String(slots[before] ?? 0)} slots`,
      before + 1 === wanted ? 'wanted' : '',
    ]),
  );

const show = async (options: TopicsOptions): Promise<void> => {
  const { kafka, prefix } = clusterIn(options);
  const state = await onCluster(() => generationsState({ kafka, prefix }));
  terminalOf(options.json === true).result(state, () => stateLines(state));
};

/** `orderloom topics generations`. */
export const generationsCommand = (): Command =>
  topicsOptions(
    groupCommand({
      usage: 'generations',
      summary: 'Show the generations of topics, and how many slots are in each',
      examples: ['topics generations --brokers 127.0.0.1:9092'],
    }),
  ).action(show);

type GrowOptions = TopicsOptions & {
  readonly partitions?: string;
  readonly dev?: boolean;
  readonly yes?: boolean;
};

type Grown = {
  readonly dryRun: boolean;
  readonly generation: number;
  readonly partitions: number;
  readonly topics: readonly AppliedTopic[];
};

const grownLines = ({ dryRun, generation, partitions, topics }: Grown): readonly string[] =>
  dryRun
    ? [
        `Generation ${String(generation)} would have ${String(partitions)} partitions. Nothing was done: say --yes to make its topics.`,
      ]
    : [
        ...columns(topics.map(({ topic, outcome }) => [topic, outcome])),
        `Generation ${String(generation)} is there, and no slot is in it yet: orderloom topics switch --to ${String(generation)}`,
      ];

const grow = async (options: GrowOptions): Promise<void> => {
  if (options.partitions === undefined)
    throw usageError('--partitions is missing', 'say how many there are to be: --partitions 24');
  const partitions = partitionsIn(options);
  const durability = options.dev === true ? 'dev' : 'cluster';
  const { kafka, js, prefix } = clusterIn(options);
  const place = { kafka, prefix };
  const grown = await onCluster(async (): Promise<Grown> => {
    if (options.yes !== true) {
      const { counts } = await planGrowth(place, partitions);
      return { dryRun: true, generation: counts.length + 1, partitions, topics: [] };
    }
    return { dryRun: false, partitions, ...(await growTopics(place, { js, partitions, durability })) };
  });
  terminalOf(options.json === true).result(grown, () => grownLines(grown));
};

/** `orderloom topics grow`. */
export const growCommand = (): Command =>
  topicsOptions(
    groupCommand({
      usage: 'grow',
      summary: 'Make a new generation of topics with more partitions; no slot moves yet',
      examples: ['topics grow --partitions 24', 'topics grow --partitions 24 --yes'],
    })
      .option('--partitions <n>', 'partitions of the new generation')
      .option('--dev', 'one copy of each topic, for a single broker')
      .option('--yes', 'do it; without this, only say what would be done'),
  ).action(grow);

type SwitchOptions = TopicsOptions & {
  readonly to?: string;
  readonly yes?: boolean;
  readonly wait?: boolean;
};

const generationIn = ({ to }: SwitchOptions): number => {
  const generation = Number(to);
  if (to === undefined || !Number.isInteger(generation) || generation < 1)
    throw usageError('--to names no generation', 'name one: --to 2');
  return generation;
};

const switchTo = async (options: SwitchOptions): Promise<void> => {
  const generation = generationIn(options);
  const terminal = terminalOf(options.json === true);
  const { kafka, prefix } = clusterIn(options);
  const place = { kafka, prefix };
  const total = (slots: readonly number[]): number => slots.reduce((sum, count) => sum + count, 0);
  const dryRun = options.yes !== true;
  const state = await onCluster(async () => {
    if (dryRun) return generationsState(place);
    await switchSlots(place, generation);
    for (;;) {
      const now = await generationsState(place);
      const there = now.slots[generation - 1] ?? 0;
      if (options.wait !== true || now.wanted !== generation || there === total(now.slots)) return now;
      terminal.note(`${String(there)} of ${String(total(now.slots))} slots are there`);
      await pause(LOOK_MS);
    }
  });
  terminal.result({ ...state, dryRun }, () => [
    ...stateLines(state),
    ...(dryRun
      ? [`Nothing was done: say --yes, and every slot goes to generation ${String(generation)}.`]
      : [`Every slot is wanted in generation ${String(generation)}. The way back: topics switch --to N`]),
  ]);
};

/** `orderloom topics switch`. */
export const switchCommand = (): Command =>
  topicsOptions(
    groupCommand({
      usage: 'switch',
      summary: 'Have every slot moved to a generation of topics, under load; the way back is the same',
      examples: ['topics switch --to 2', 'topics switch --to 2 --yes --wait'],
    })
      .option('--to <generation>', 'the generation in which every slot is to be')
      .option('--wait', 'return when all of them are there')
      .option('--yes', 'do it; without this, only say what there is'),
  ).action(switchTo);
