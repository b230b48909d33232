// A shop of its own: orders below /v1 by the engine, its packing list beside them, kept up by events.
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Client } from '@orderloom/client';
import {
  InjectOrderloom,
  OnOrderEvent,
  OrderloomHealth,
  OrderloomModule,
  type OrderEventOf,
  type OrderloomOptions,
} from '@orderloom/nest';

type Line = { readonly lineId: string; readonly quantity: number };

@Injectable()
class Packing {
  private readonly lines = new Map<string, readonly Line[]>();
  readonly parcels = new Map<string, string>();

  constructor(@InjectOrderloom() private readonly orderloom: Client) {}

  @OnOrderEvent('OrderPlaced', { group: 'packing' })
  note({ stream, data }: OrderEventOf<'OrderPlaced'>): void {
    const lines = data.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
    this.lines.set(stream.key, lines);
  }

  @OnOrderEvent('PaymentConfirmed', { group: 'packing' })
  async pack({ id, stream }: OrderEventOf<'PaymentConfirmed'>): Promise<void> {
    const parcelId = `parcel-${stream.key}`;
    const lines = this.lines.get(stream.key) ?? [];
    const result = await this.orderloom.orders.send(
      stream.key,
      'ShipLines',
      { parcelId, lines },
      { key: id },
    );
    // Thrown, it comes again.
    if (result.outcome !== 'accepted' && result.outcome !== 'duplicate') throw new Error(result.outcome);
    this.parcels.set(stream.key, parcelId);
  }
}

@Controller()
class Routes {
  constructor(
    private readonly packing: Packing,
    private readonly orderloom: OrderloomHealth,
  ) {}

  @Get('packed/:orderId')
  packed(@Param('orderId') orderId: string) {
    return { parcel: this.packing.parcels.get(orderId) ?? null };
  }

  @Get('health')
  health() {
    return this.orderloom.check();
  }
}

/** Where the engine is: this process and a folder, unless said otherwise. */
const { SHOP_ENGINE = '{"embedded":{"folder":"data"}}', PORT = '3000' } = process.env;

@Module({
  imports: [OrderloomModule.forRoot(JSON.parse(SHOP_ENGINE) as OrderloomOptions)],
  controllers: [Routes],
  providers: [Packing],
})
class Shop {}

const app = await NestFactory.create<NestFastifyApplication>(Shop, new FastifyAdapter());
app.enableShutdownHooks();
await app.listen(Number(PORT), '127.0.0.1');
console.log(`The shop is open at ${await app.getUrl()}`);
