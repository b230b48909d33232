import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, EXIT, usageError } from '../cli-error.ts';
import { apiAt, bodyIn } from '../connection/api.ts';
import { type EngineProcess, startEngine } from '../connection/engine-process.ts';
import { livingEngine } from '../connection/reach-engine.ts';
import { openPackingRoom, type PackingRoom } from '../demo/packing-room.ts';
import { shopPlan } from '../demo/plan.ts';
import { labelLines, paymentLines } from '../demo/repair-lines.ts';
import { runShop } from '../demo/run-shop.ts';
import { progressOn } from '../import/progress.ts';
import { type Terminal, terminalOf } from '../terminal.ts';
import { type CommonOptions, folderCommand, folderIn } from './options.ts';
import { portIn } from './serve.ts';

type Options = CommonOptions & {
  readonly seed: string;
  readonly orders: string;
  readonly port?: string;
  readonly exit?: boolean;
};

const wholeNumber = (name: string, text: string, max: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= 1 && value <= max))
    throw usageError(`--${name} ${text} cannot be`, `use a whole number from 1 to ${max}`);
  return value;
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** The port that was asked for, or the usual one while nobody else has it. */
const portFor = async ({ port }: Options): Promise<number> => {
  const wanted = portIn(port);
  return port !== undefined || (await isFree(wanted)) ? wanted : 0;
};

const startDemoEngine = async (folder: string, port: number): Promise<EngineProcess> => {
  const living = await livingEngine(folder);
  if (living)
    throw new CliError(EXIT.refused, {
      code: 'demo-running',
      message: `an engine runs on ${folder} already, at ${living.url}`,
      remedy: 'open that address, or stop it first',
    });
  return startEngine({ folder, port, output: 'quiet' });
};

type Session = {
  readonly terminal: Terminal;
  readonly engine: EngineProcess;
  readonly folder: string;
  readonly stopped: () => boolean;
};

/** Keeps the shop, prints its labels, and says what is left to be repaired. Gives what ends the printing. */
const keepShop = async (
  { terminal, engine, folder, stopped }: Session,
  seed: number,
  orders: number,
): Promise<PackingRoom> => {
  const plan = shopPlan(seed, orders);
  const name = `demo-${seed}-${orders}`;
  const source = createHash('sha256').update(name).digest('hex');
  const progress = progressOn(terminal, 'Shopping', plan.steps.length);
  const api = apiAt(engine.url, 'main');
  const run = { plan, name, source, stopped, onProgress: progress.at, api };
  const { orderId, ...report } = await runShop(run).finally(progress.stop);
  const refusals = Object.entries(report.refused).map(([code, count]) => `${count} ${code}`);
  const failedPayment = plan.toRepair === undefined ? null : orderId(plan.toRepair.number);
  const jamsAt = plan.jamsAt && orderId(plan.jamsAt.number);
  const room = await openPackingRoom({ api, folder, jamsAt, stopped });
  terminal.result(
    { url: engine.url, orders, ...report, failedPayment, parked: room.parked?.id ?? null },
    () => [
      report.kept === plan.steps.length
        ? `${orders} orders of an earlier run are there.`
        : `${orders} orders: ${report.accepted} commands accepted, ${report.duplicate} clicked twice; refused: ${refusals.join(', ') || 'none'}.`,
      ...paymentLines(plan.toRepair, failedPayment, { url: engine.url, folder }),
      ...labelLines(room.parked, folder),
    ],
  );
  return room;
};

/** Resolves when the visitor has had enough. */
const visitEnd = () => {
  const ending = new AbortController();
  const over = new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const stop = (): void => ending.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return { over, isOver: (): boolean => ending.signal.aborted };
};

const demo = async (options: Options): Promise<void> => {
  const terminal = terminalOf(options.json === true);
  const [seed, orders] = [
    wholeNumber('seed', options.seed, 2 ** 31 - 1),
    wholeNumber('orders', options.orders, 100_000),
  ];
  const folder = options.data ?? join(folderIn(options), 'demo');
  const engine = await startDemoEngine(folder, await portFor(options));
  const { over, isOver } = visitEnd();
  try {
    const { durability } = bodyIn(await apiAt(engine.url, 'main').get('/healthz'));
    terminal.note(`Orderloom serves ${engine.url}`);
    terminal.note(`  data        ${folder}`);
    terminal.note(`  durability  ${String(durability)}`);
    const room = await keepShop({ terminal, engine, folder, stopped: isOver }, seed, orders);
    if (!options.exit && !isOver()) {
      terminal.note(`Open ${engine.url} in a browser. Ctrl-C stops; the data stays.`);
      await Promise.race([engine.ended, over]);
    }
    await room.stop();
    if (!options.exit && !isOver()) throw engine.failure() ?? new Error('the engine has ended');
  } catch (error) {
    if (!isOver()) throw engine.failure() ?? error;
  } finally {
    await engine.stop();
  }
};

/** `orderloom demo`. */
export const demoCommand = (): Command =>
  folderCommand({
    usage: 'demo',
    summary: 'Run an engine with a simulated tea shop: shoppers, a payment provider, a warehouse',
    examples: ['demo', 'demo --seed 7 --orders 500 --port 7070', 'demo --orders 50 --exit --json'],
  })
    .option('--seed <number>', 'the same seed gives the same shop on every machine', '7')
    .option('--orders <number>', 'how many orders are placed', '500')
    .option('--port <number>', 'port on 127.0.0.1 (default: $PORT, else 7070, else any free one)')
    .option('--exit', 'stop when the orders are through')
    .action(demo);
