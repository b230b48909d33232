// With whose key an exchange is sealed: that of the order's buyer, and nobody's where there is none.
import { expect, test } from '@jest/globals';
import { orderIdOf, type RecordedEvent } from '@orderloom/decider';
import { memoryKeyStore } from '@orderloom/engine';
import { exchangeSealer } from './exchange-sealer.ts';
import { openExchange } from './exchange-sealing.ts';
import { sealReceiver } from './sealing.ts';

const receiver = {
  ...{ name: 'Ann', phone: null, email: null, line1: '1 High Street', line2: null, city: 'Berlin' },
  ...{ region: null, postalCode: null, country: 'DE' },
};
const order = { tenant: 'main', orderId: orderIdOf(1_760_000_000_000, 3, 7) };
const said = { sent: 'GET /payments/p-1', received: null };

const sealing = (data: object | undefined, shownBehind = 0) => {
  const keys = memoryKeyStore();
  const problems: string[] = [];
  let waited = 0;
  const seal = exchangeSealer({
    keyStore: keys,
    onProblem: (message) => problems.push(message),
    engine: {
      history: async () =>
        data === undefined || waited < shownBehind ? [] : [{ data, commandId: 'place-1' } as RecordedEvent],
      versionOf: () => (data === undefined ? undefined : 1),
      waitFor: async () => {
        waited += 1;
        return true;
      },
    },
  });
  return { keys, problems, seal: () => seal(order, said) };
};

test('it is the key that the receiver is sealed with, whoever was edited in since', async () => {
  const keys = memoryKeyStore();
  const { subject, keyId, nonce, ciphertext } = sealReceiver(keys, 'main', 'main/ann', receiver);
  const { seal, keys: own } = sealing({ receiver: { subject, keyId, nonce, ciphertext }, buyerId: 'ann' });
  own.assign('main/ann');
  const sealed = await seal();
  expect(sealed).toMatchObject({ subject: 'main/ann', keyId });
  expect(openExchange(own, order, sealed!)).toEqual(said);
});

test("without a receiver it is the buyer's, or that of the guest who has placed the order", async () => {
  const buyer = sealing({ receiver: null, buyerId: 'ann' });
  expect(await buyer.seal()).toMatchObject({
    subject: 'main/ann',
    keyId: buyer.keys.assign('main/ann').keyId,
  });
  const guest = sealing({ receiver: null, buyerId: null });
  expect(await guest.seal()).toMatchObject({ subject: 'main/guest-place-1' });
});

test('where the key of the receiver is erased nothing is sealed any more', async () => {
  const { seal, keys, problems } = sealing({ receiver: { subject: 'main/ann', keyId: 1 }, buyerId: 'ann' });
  keys.assign('main/ann');
  keys.erase('main/ann');
  expect(await seal()).toBeNull();
  expect(problems).toEqual([]);
});

test('views that are behind are waited for; an order that is not there has nobody', async () => {
  const late = sealing({ receiver: null, buyerId: 'ann' }, 1);
  expect(await late.seal()).toMatchObject({ subject: 'main/ann' });
  const none = sealing(undefined);
  expect(await none.seal()).toBeNull();
});

test('what keeps it from being sealed keeps nobody from noting it, and is told', async () => {
  const problems: string[] = [];
  const away = () => Promise.reject(new Error('the views are away'));
  const seal = exchangeSealer({
    engine: { history: away, versionOf: () => 1, waitFor: away },
    keyStore: memoryKeyStore(),
    onProblem: (message) => problems.push(message),
  });
  expect(await seal(order, said)).toBeNull();
  expect(problems).toEqual([expect.stringContaining('the views are away')]);
});
