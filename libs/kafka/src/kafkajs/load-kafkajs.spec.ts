// Each repair of kafkajs, beside kafkajs without it: a release that changes what is repaired, or mends it, turns this red.
// In processes of their own, because Jest has a module cache of its own.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const repaired = new URL('./load-kafkajs.ts', import.meta.url).href;

const outputOf = (script: string, more: { readonly isRepaired: boolean }): unknown => {
  const head = more.isRepaired ? `await import(${JSON.stringify(repaired)});` : '';
  const source = `
    import { createRequire } from 'node:module';
    const require = createRequire(${JSON.stringify(import.meta.url)});
    ${head}
    console.log(JSON.stringify(await (async () => { ${script} })()));`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
};

const both = (script: string) => ({
  before: outputOf(script, { isRepaired: false }),
  after: outputOf(script, { isRepaired: true }),
});

const RECORD = `
  const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  const long = 'ä'.repeat(5000);
  const headers = { ce_id: 'main/order/1/1', empty: '', bytes: Buffer.from([0, 255, 7]), long, many: ['a', 'b'] };
  return Record({ key: Buffer.from('7'), value: Buffer.from('v'), headers }).buffer.toString('hex');`;

const HEADER_ROOM = `
  require('kafkajs');
  const header = require('kafkajs/src/protocol/recordBatch/header/v0/index.js')({ key: 'name', value: 'value' });
  return header.buf.length - header.size();`;

const IDLE_TIMER = `
  const RequestQueue = require('kafkajs/src/network/requestQueue/index.js');
  const logger = { debug: () => undefined };
  const queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, logger });
  queue.scheduleCheckPendingRequests();
  const armed = queue.throttleCheckTimeoutId !== null;
  queue.destroy();
  return armed;`;

const SOCKETS = `
  const Connection = require('kafkajs/src/network/connection.js');
  const logger = { namespace: () => logger, debug: () => undefined, error: () => undefined };
  let sockets = 0;
  const socketFactory = () => {
    sockets++;
    const socket = { on: () => socket, setKeepAlive: () => socket, end: () => socket, unref: () => socket };
    return socket;
  };
  const connection = new Connection({ host: 'h', port: 1, logger, socketFactory, connectionTimeout: 1 });
  for (let i = 0; i < 2; i++) connection.connect().catch(() => undefined);
  return sockets;`;

const LET_GO = `
  const { Socket } = require('node:net');
  const Connection = require('kafkajs/src/network/connection.js');
  const logger = { namespace: () => logger, debug: () => undefined, error: () => undefined };
  const connection = new Connection({ host: 'h', port: 1, logger, connectionTimeout: 1 });
  connection.socket = new Socket();
  const ends = Array.from({ length: 20 }, () => connection.disconnect());
  await Promise.all(ends);
  return connection.socket.listenerCount('connect');`;

const ZSTD = `
  const { CompressionCodecs, CompressionTypes } = require('kafkajs');
  try { return typeof CompressionCodecs[CompressionTypes.ZSTD]().compress; } catch { return 'none'; }`;

const ABORTED = `
  const Batch = require('kafkajs/src/consumer/batch.js');
  const record = (offset, producerId) => ({
    offset: String(offset), key: null, isControlRecord: false, batchContext: { producerId, inTransaction: true },
  });
  const messages = [record(0, '1'), record(1, '2')];
  const abortedTransactions = [{ producerId: '2', firstOffset: '1' }, { producerId: '1', firstOffset: '0' }];
  return new Batch('t', '0', { partition: 0, highWatermark: '2', messages, abortedTransactions }).messages.length;`;

describe('kafkajs', () => {
  test('opens one socket where two ask for a connection at once', () => {
    expect(both(SOCKETS)).toEqual({ before: 2, after: 1 });
  });

  test('lets go of a socket once, however often it is closed while its broker is away', () => {
    const { before, after } = both(LET_GO);
    expect(before).toBeGreaterThan(10);
    expect(after).toBeLessThanOrEqual(2);
  });

  test('writes record headers byte for byte as before, in exactly their size', () => {
    const { before, after } = both(RECORD);
    expect(after).toBe(before);
    const room = both(HEADER_ROOM);
    expect(room.before).toBeGreaterThan(400);
    expect(room.after).toBe(0);
  });

  test('arms no timer where no request waits', () => {
    expect(both(IDLE_TIMER)).toEqual({ before: true, after: false });
  });

  test('shows no record of a transaction that was aborted', () => {
    expect(both(ABORTED)).toEqual({ before: 1, after: 0 });
  });

  test('reads and writes zstd', () => {
    expect(both(ZSTD)).toEqual({ before: 'none', after: 'function' });
  });
});
