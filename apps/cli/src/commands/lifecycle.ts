import type { Command } from 'commander';
import { compiledLifecycle, lifecyclesIn, LifecycleError, type Move } from '@orderloom/domain';
import { ConfigError, importConfigFile } from '@orderloom/runtime';
import { CliError, EXIT, usageError } from '../cli-error.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { checkPopulation, type PopulationCheck } from '../lifecycle/check-population.ts';
import { moveOrders, type MovedOrders } from '../lifecycle/move-orders.ts';
import { publishedLifecycle } from '../lifecycle/population.ts';
import { columns } from '../terminal.ts';
import { type CommonOptions, engineCommand, groupCommand, surroundingsOf } from './options.ts';

const checkedFile = async (file: string) => {
  try {
    return lifecyclesIn(await importConfigFile(file));
  } catch (error) {
    if (!(error instanceof LifecycleError || error instanceof ConfigError)) throw error;
    throw new CliError(EXIT.refused, {
      ...{ code: 'lifecycle-invalid', message: error.message, remedy: 'correct the file' },
    });
  }
};

const checkLines = ({ lifecycle, orders, findings }: PopulationCheck): readonly string[] => [
  `${lifecycle}: ${orders} orders, ${findings.length === 0 ? 'nothing is lost' : `${findings.length} findings`}`,
  ...columns(
    findings.map(({ kind, what, orders: of, examples }) => [
      '',
      kind,
      what,
      `${of} orders`,
      examples.join(' '),
    ]),
  ),
];

const check = async (file: string, options: CommonOptions): Promise<void> => {
  const lifecycles = await checkedFile(file);
  const { terminal, reach } = surroundingsOf(options);
  const checks: PopulationCheck[] = [];
  await withEngine({ ...reach, creates: false }, async (api) => {
    for (const { published } of lifecycles)
      checks.push(await checkPopulation(api, compiledLifecycle(published), { name: published.name }));
  });
  const warnings = lifecycles.flatMap((one) => one.warnings.map((said) => `${one.published.name}: ${said}`));
  terminal.result({ checks, warnings }, () => [
    ...warnings.map((said) => `warning: ${said}`),
    ...checks.flatMap(checkLines),
  ]);
  if (checks.some(({ findings }) => findings.length > 0)) process.exitCode = EXIT.refused;
};

type MigrateOptions = CommonOptions & {
  readonly to: string;
  readonly move?: readonly string[];
  readonly actor: string;
  readonly dryRun?: boolean;
};

const REFERENCE = /^([a-z][a-z0-9-]*)@([1-9]\d*)$/;

const referenceIn = (said: string): { readonly name: string; readonly version: number } => {
  const [, name, version] = REFERENCE.exec(said) ?? [];
  if (name !== undefined && version !== undefined) return { name, version: Number(version) };
  throw usageError(`${said} is no version of a lifecycle`, 'say name@version: b2b@1');
};

const moveIn = (said: string): Move => {
  const [, region, from, to] = /^([A-Za-z]+)\.([A-Za-z-]+)=([A-Za-z-]+)$/.exec(said) ?? [];
  if (region !== undefined && from !== undefined && to !== undefined) return { region, from, to };
  throw usageError(`--move ${said} is none`, 'say region.from=to: --move approval.waiting=open');
};

const movedLines = ({ to, moved, stayed }: MovedOrders): readonly string[] => [
  `${moved} orders follow ${to}${stayed.length === 0 ? '.' : `, ${stayed.length} stay:`}`,
  ...columns(stayed.map(({ orderId, code, reason }) => ['', orderId, code, reason])),
];

const migrate = async (said: string, options: MigrateOptions): Promise<void> => {
  const from = referenceIn(said);
  const to = referenceIn(options.to);
  const moves = (options.move ?? []).map(moveIn);
  const { terminal, reach } = surroundingsOf(options);
  await withEngine({ ...reach, creates: false }, async (api) => {
    if (options.dryRun) {
      const after = await publishedLifecycle(api, to.name, to.version);
      const found = await checkPopulation(api, after, { ...from, moves });
      terminal.result(found, () => checkLines(found));
      return;
    }
    const moved = await moveOrders(api, { ...from, to: options.to, moves, actor: options.actor });
    terminal.result(moved, () => movedLines(moved));
    if (moved.stayed.length > 0) process.exitCode = EXIT.refused;
  });
};

/** `orderloom lifecycle`. */
export const lifecycleCommand = (): Command => {
  const command = groupCommand({
    usage: 'lifecycle',
    summary: 'Lifecycles of your own: hold one against the orders that are there, move orders to another one',
    examples: [
      'lifecycle check orderloom.config.ts',
      'lifecycle migrate b2b@1 --to b2b@2 --actor ann --dry-run',
    ],
  });
  command.addCommand(
    engineCommand({
      usage: 'check <file>',
      summary:
        'What orders that are there would lose under the lifecycles of a file; exit code 1 where it is anything',
      examples: ['lifecycle check orderloom.config.ts'],
    }).action(check),
  );
  command.addCommand(
    engineCommand({
      usage: 'migrate <lifecycle>',
      summary: 'Have the orders of one version of a lifecycle follow another; run again it goes on',
      examples: ['lifecycle migrate b2b@1 --to b2b@2 --move approval.waiting=open --actor ann'],
    })
      .requiredOption('--to <lifecycle>', 'the one they follow then, name@version; it is published')
      .requiredOption('--actor <name>', 'who answers for it; it stands in the history')
      .option('--move <region.from=to...>', 'another status in place of one')
      .option('--dry-run', 'only say what they would lose')
      .action(migrate),
  );
  return command;
};
