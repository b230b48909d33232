import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsumedEvent } from '@orderloom/client';

/** A label is in the way of the others. */
class PrinterJammed extends Error {
  constructor() {
    super('the label printer has jammed');
    this.name = 'PrinterJammed';
  }
}

/** Prints a label for what an order has in a parcel. */
export type LabelPrinter = {
  /** Prints it once, however often the event comes. Throws while the printer jams at this order. */
  readonly print: (event: ConsumedEvent) => void;
  /** Whether a label of this order has been printed. */
  readonly hasPrinted: (orderId: string) => boolean;
  /** The order at whose labels it jams from now on; `undefined`: somebody has mended it. */
  readonly jamAt: (orderId: string | undefined) => void;
};

const FILE = 'labels.txt';
/** Names of the event and the order: the words before what people read. */
const printedIn = (path: string): readonly (readonly string[])[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
    : [];

/** The demo's printer: its labels are lines of `labels.txt` in the data folder. */
export const labelPrinter = (folder: string): LabelPrinter => {
  const path = join(folder, FILE);
  const before = printedIn(path);
  const labels = new Set(before.map(([label = '']) => label));
  const orders = new Set(before.map(([, order = '']) => order));
  let jammed: string | undefined;
  return {
    print: (event) => {
      const { id, type, stream, data } = event;
      if (type !== 'LinesShipped' || labels.has(id)) return;
      if (stream.key === jammed) throw new PrinterJammed();
      const lines = data.lines.map(({ lineId, quantity }) => `${quantity} of line ${lineId}`);
      // On the disk before the event counts as handled.
      appendFileSync(path, `${id} ${stream.key} parcel ${data.parcelId}: ${lines.join(', ')}\n`, {
        flush: true,
      });
      labels.add(id);
      orders.add(stream.key);
    },
    hasPrinted: (orderId) => orders.has(orderId),
    jamAt: (orderId) => {
      jammed = orderId;
    },
  };
};
