import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, EXIT, usageError } from '../cli-error.ts';
import { apiAt, bodyIn } from '../connection/api.ts';
import { type EngineProcess, startEngine } from '../connection/engine-process.ts';
import { livingEngine } from '../connection/reach-engine.ts';
import { type Plan, shopPlan } from '../demo/plan.ts';
import { runShop } from '../demo/run-shop.ts';
import { paymentOf } from '../demo/step.ts';
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

/** How the visitor repairs the payment that failed, as lines to be copied. */
const repairLines = (
  plan: Plan,
  { url, folder }: Place,
  orderIdOf: (number: number) => string,
): readonly string[] => {
  if (!plan.toRepair) return [];
  const orderId = orderIdOf(plan.toRepair.number);
  const payment = JSON.stringify(paymentOf(plan.toRepair, 2));
  return [
    `The payment of order ${orderId} has failed. See why, then repair it, in one of two ways:`,
    `  npx orderloom explain ${orderId} --data ${folder}`,
    `  npx orderloom send ${orderId} ConfirmPayment '${payment}' --data ${folder}`,
    `  curl ${url}/v1/orders/${orderId}/commands -H 'Idempotency-Key: "repair-1"' -H 'Content-Type: application/json' \\`,
    `    -d '{"type":"ConfirmPayment","data":${payment}}'`,
  ];
};

type Place = { readonly url: string; readonly folder: string };

type Session = {
  readonly terminal: Terminal;
  readonly engine: EngineProcess;
  readonly folder: string;
  readonly stopped: () => boolean;
};

const keepShop = async ({ terminal, engine, folder, stopped }: Session, seed: number, orders: number) => {
  const plan = shopPlan(seed, orders);
  const name = `demo-${seed}-${orders}`;
  const source = createHash('sha256').update(name).digest('hex');
  const progress = progressOn(terminal, 'Shopping', plan.steps.length);
  const run = { plan, name, source, stopped, onProgress: progress.at, api: apiAt(engine.url, 'main') };
  const { orderId, ...report } = await runShop(run).finally(progress.stop);
  const refusals = Object.entries(report.refused).map(([code, count]) => `${count} ${code}`);
  const failed = plan.toRepair && orderId(plan.toRepair.number);
  terminal.result({ url: engine.url, orders, ...report, failedPayment: failed ?? null }, () => [
    report.kept === plan.steps.length
      ? `${orders} orders of an earlier run are there.`
      : `${orders} orders: ${report.accepted} commands accepted, ${report.duplicate} clicked twice; refused: ${refusals.join(', ') || 'none'}.`,
    ...repairLines(plan, { url: engine.url, folder }, orderId),
  ]);
};

const demo = async (options: Options): Promise<void> => {
  const terminal = terminalOf(options.json === true);
  const [seed, orders] = [
    wholeNumber('seed', options.seed, 2 ** 31 - 1),
    wholeNumber('orders', options.orders, 100_000),
  ];
  const folder = options.data ?? join(folderIn(options), 'demo');
  const engine = await startDemoEngine(folder, await portFor(options));
  const visit = { over: false };
  const isOver = (): boolean => visit.over;
  const stop = (): void => {
    visit.over = true;
    void engine.stop();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { durability } = bodyIn(await apiAt(engine.url, 'main').get('/healthz'));
    terminal.note(`Orderloom serves ${engine.url}`);
    terminal.note(`  data        ${folder}`);
    terminal.note(`  durability  ${String(durability)}`);
    await keepShop({ terminal, engine, folder, stopped: isOver }, seed, orders);
    if (options.exit || isOver()) return;
    terminal.note(`Open ${engine.url} in a browser. Ctrl-C stops; the data stays.`);
    await engine.ended;
    if (!isOver()) throw engine.failure() ?? new Error('the engine has ended');
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
