import { randomUUID } from 'node:crypto';
import { openEngine, untilDecided } from '@orderloom/distributed';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, type CommandRequest, type Engine } from '@orderloom/engine';
import { applyTopics, kafkaJs, type Durability } from '@orderloom/kafka';
import { mugOrder, mugPayment } from '@orderloom/testing';
import { exampleOptions, type ProgramOptions } from './options.ts';

const WAIT_MS = 60_000;

/** Topics of a new name. */
export const freshTopics = async (
  brokers: readonly string[],
  partitions: number,
  durability: Durability = 'dev',
): Promise<ProgramOptions> => {
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  await applyTopics(kafkaJs({ brokers, clientId: 'test' }), { partitions, durability, prefix });
  return { brokers, prefix, partitions };
};

/** Whoever sends commands to the processors of a test, with its tenant made. */
export const openShop = async (options: ProgramOptions, waitMs = WAIT_MS): Promise<Engine> => {
  const { engine } = await openEngine({ ...exampleOptions(options), waitMs });
  await untilDecided(() => ensureTenant(engine, 'main'));
  return engine;
};

export const place = (name: string): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type: 'order', key: '' },
    type: 'PlaceOrder',
    commandId: `place-${name}`,
    data: mugOrder(name),
  });

export const pay = (orderId: string): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type: 'order', key: orderId },
    type: 'ConfirmPayment',
    commandId: `pay-${orderId}`,
    data: mugPayment(`p-${orderId}`),
  });

/** One piece more of an article. */
export const receiveStock = (key: string, reference: string, commandId: string): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type: 'stock', key },
    type: 'ReceiveStock',
    data: { quantity: 1, reference },
    commandId,
  });

/** The n-th of many, over five hundred articles. */
export const receive = (n: number): CommandRequest =>
  receiveStock(`SKU-${String(n % 500)}@WH1`, `note-${String(n)}`, `receive-${String(n)}`);
