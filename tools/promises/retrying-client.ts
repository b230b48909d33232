// A client of its own: sends one placement under one key many times at once, and prints what it was told, as JSON.
// Arguments: URL, idempotency key, buyer, times.
import { write } from './ask.ts';
import { anOrder } from './an-order.ts';

const [url = '', key = '', buyer = '', times = ''] = process.argv.slice(2);

const answers = await Promise.all(
  Array.from({ length: Number(times) }, async () => {
    const { status, body } = await write(url, '/v1/orders', key, anOrder(buyer));
    return { status, result: body['result'], orderId: body['orderId'] };
  }),
);
process.stdout.write(JSON.stringify(answers));
