// The engine inside somebody's own Nest application: routes beside theirs, events in their providers, an orderly stop.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Controller, Get, Injectable, Module, NotFoundException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Client } from '@orderloom/client';
import {
  OnOrderEvent,
  ORDERLOOM_CLIENT,
  OrderloomHealth,
  OrderloomModule,
  type OrderEventOf,
} from './index.ts';

const ORDER = {
  ...{ buyerId: 'b-1', currency: 'EUR', total: 1_249 },
  lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1_249 }],
};
const PAYMENT = { paymentId: 'p-1', amount: 1_249, currency: 'EUR', provider: 'bank' };

@Injectable()
class Ledger {
  readonly written: string[] = [];
  private failures = 2;

  @OnOrderEvent('OrderPlaced', { group: 'ledger' })
  open({ stream }: OrderEventOf<'OrderPlaced'>): void {
    if (this.failures-- > 0) throw new Error('not yet');
    this.written.push(`opened ${stream.key}`);
  }

  @OnOrderEvent('PaymentConfirmed', { group: 'ledger' })
  book({ stream, data }: OrderEventOf<'PaymentConfirmed'>): void {
    this.written.push(`${data.amount} for ${stream.key}`);
  }
}

@Controller()
class OwnRoutes {
  @Get('teapot')
  teapot(): never {
    throw new NotFoundException('short and stout');
  }
}

const applications: NestFastifyApplication[] = [];
const folders: string[] = [];
const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-nest-'));
  folders.push(folder);
  return join(folder, 'data');
};
afterEach(async () => {
  for (const application of applications.splice(0)) await application.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const start = async (folder: string, providers = [Ledger] as unknown[]) => {
  @Module({
    imports: [
      OrderloomModule.forRootAsync({
        useFactory: async () => ({
          embedded: { folder },
          consumers: { ledger: { firstPauseMs: 1 } },
          log: { warn: () => undefined, error: () => undefined },
        }),
      }),
    ],
    controllers: [OwnRoutes],
    providers: providers as [],
  })
  class Shop {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes plain objects here
  const application = await NestFactory.create<NestFastifyApplication>(Shop, new FastifyAdapter(), {
    ...{ logger: false, abortOnError: false },
  });
  applications.push(application);
  await application.listen(0, '127.0.0.1');
  return { application, url: await application.getUrl() };
};

const post = async (url: string, path: string, key: string, body: object) => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('an application with the engine in it', () => {
  test('serves orders beside its own routes, and hands events to its providers, in order', async () => {
    const { application, url } = await start(aFolder());
    const placed = await post(url, '/v1/orders', 'cart-1', ORDER);
    expect(placed).toMatchObject({ status: 201, body: { result: 'accepted' } });
    const order = String(placed.body['orderId']);
    const client = application.get<Client>(ORDERLOOM_CLIENT);
    expect(await client.orders.send(order, 'ConfirmPayment', PAYMENT)).toMatchObject({ outcome: 'accepted' });

    const { written } = application.get(Ledger);
    for (const end = Date.now() + 10_000; written.length < 2 && Date.now() < end;) await pause(10);
    expect(written).toEqual([`opened ${order}`, `1249 for ${order}`]);
    expect(application.get(OrderloomHealth).check()).toMatchObject({ orderloom: { status: 'up' } });
  });

  test('answers the engine’s refusals as problems, and its own as before', async () => {
    const { url } = await start(aFolder());
    const refused = await post(url, '/v1/orders', 'cart-1', { ...ORDER, total: -1 });
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid-command' } });
    const own = await fetch(`${url}/teapot`);
    expect([own.status, await own.json()]).toEqual([
      404,
      { statusCode: 404, error: 'Not Found', message: 'short and stout' },
    ]);
  });

  test('gives its folder back when it stops, and goes on where it was', async () => {
    const folder = aFolder();
    const first = await start(folder);
    const placed = await post(first.url, '/v1/orders', 'cart-1', ORDER);
    await first.application.close();
    applications.pop();
    const second = await start(folder);
    expect(await post(second.url, '/v1/orders', 'cart-1', ORDER)).toMatchObject({
      ...{ status: 200, body: { result: 'duplicate', orderId: placed.body['orderId'] } },
    });
  });

  test('does not start where two methods of one group handle one event', async () => {
    @Injectable()
    class Second {
      @OnOrderEvent('OrderPlaced', { group: 'ledger' })
      open(): void {}
    }
    await expect(start(aFolder(), [Ledger, Second])).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});
