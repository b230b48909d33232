import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { bodyIn } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { commandLines } from './show-result.ts';
import { type CommonOptions, engineCommand, surroundingsOf } from './options.ts';
import { jsonObject } from './read-json.ts';

type Options = CommonOptions & {
  readonly line: readonly string[];
  readonly currency: string;
  readonly buyer?: string;
  readonly lifecycle?: string;
  readonly key?: string;
};

const LINE = /^([^=]+)=(\d{1,7})x(\d{1,15})$/;

type PlacedLine = {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: number;
};

/** `SKU=QUANTITYxPRICE`, price in minor units. */
const lineOf = (text: string, index: number): PlacedLine => {
  const [, sku, quantity, unitPrice] = LINE.exec(text) ?? [];
  if (sku === undefined)
    throw usageError(
      `--line ${text} is no line`,
      'write SKU=QUANTITYxPRICE, the price in minor units: TEA=2x450',
    );
  return { lineId: String(index + 1), sku, quantity: Number(quantity), unitPrice: Number(unitPrice) };
};

const orderOf = ({ line, currency, buyer, lifecycle }: Options): object => {
  if (line.length === 0)
    throw usageError('there is nothing to order', 'name a file with the order, or lines: --line TEA=2x450');
  const lines = line.map(lineOf);
  return {
    ...(buyer !== undefined && { buyerId: buyer }),
    ...(lifecycle !== undefined && { lifecycle }),
    currency,
    lines,
    total: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
  };
};

const place = async (file: string | undefined, options: Options): Promise<void> => {
  const { terminal, reach } = surroundingsOf(options);
  const order = file === undefined ? orderOf(options) : jsonObject(file);
  const body = await withEngine({ ...reach, creates: true }, async (api) =>
    bodyIn(await api.post('/v1/orders', options.key ?? randomUUID(), order)),
  );
  terminal.result(body, () => commandLines(body));
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `orderloom place`. */
export const placeCommand = (): Command =>
  engineCommand({
    usage: 'place [file]',
    summary: 'Place an order, from a JSON file (- for standard input) or from --line options',
    examples: ['place --line TEA=2x450 --buyer ada', 'place order.json --key 2026-0001'],
  })
    .option('--line <sku=quantityxprice>', 'a line, price in minor units; repeatable', collect, [])
    .option('--currency <code>', 'ISO 4217 code', 'EUR')
    .option('--buyer <id>', 'who buys (default: a guest)')
    .option('--lifecycle <name>', 'retail or terms (default: the policy of the tenant)')
    .option('--key <text>', 'idempotency key: the same one again places nothing twice')
    .action(place);
