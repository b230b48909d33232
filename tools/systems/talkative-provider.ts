// A provider that says more than it is asked for: who has paid, with which card, and what opens the account.
import { isSignedNow, keyOf, paymentCallbacks, signedHeaders } from '@orderloom/effects';
import type { Exchange, Heard, PaymentProvider } from '@orderloom/engine';
import type { FakePaymentProvider, ProviderCallback } from '@orderloom/testing';
import type { PayingShop } from './paying-shop.ts';

const [NAME, CARD, TOKEN, PIN] = ['Zelphine Quörvath', '4111 1111 1111 1111', 'tok_Vexholm7734', '73910'];

/** None of it may stand anywhere in clear. */
export const PLANTED = [NAME, 'Zelphine', CARD, CARD.replaceAll(' ', ''), TOKEN, `"${PIN}"`];

export const aReceiver = {
  ...{ name: NAME, phone: null, email: null, line1: 'Xanthippe Row 7000', line2: null, city: 'Vexholm' },
  ...{ region: null, postalCode: null, country: 'DE' },
};

/** One exchange about one order, each byte of what came a letter. */
export type Spoken = {
  readonly order: string;
  readonly sent: string | null;
  readonly received: string | null;
};

export const spokenOf = (order: string, { sent, received }: Exchange): Spoken => ({
  ...{ order, sent },
  received: received && Buffer.from(received).toString('latin1'),
});

/** What it says, in bytes, and what may be kept of it: the same without its secrets. */
type Message = { readonly said: Uint8Array; readonly kept: string };

const messageOf = (write: (card: string, token: string, pin: string) => Buffer): Message => ({
  said: new Uint8Array(write(CARD, TOKEN, PIN)),
  kept: write('[masked]', '[masked]', '[masked]').toString('latin1'),
});

/** An answer of the protocol with more in it than the protocol has. */
const answering = (answer: object, n: number): Message =>
  messageOf((card, token, pin) => {
    const more = { payer: { name: NAME, note: `with ${card}` }, auth: { apiToken: token, pin }, n };
    return Buffer.from(`${JSON.stringify({ ...answer, ...more }, null, n % 2)}\n`);
  });

/** A page of something before it that has a bad day: no JSON, and no UTF-8. */
const page = (n: number): Message =>
  messageOf((card, token) =>
    Buffer.from(`<p>${NAME} ${String(n)}, ${card}</p><a href="/?token=${token}&a=1">\xfe</a>`, 'latin1'),
  );

const SECRET = `whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`;

/** Of which order a call is, by what it is about. */
const orderIn = (sent: string | null, orders: readonly string[]): string => {
  const { call } = JSON.parse(sent ?? '{}') as { readonly call?: string };
  const [, kind = '', name = ''] = call?.split(' ')[1]?.split('/') ?? [];
  return kind === 'payments' ? (orders[Number(name.slice('pay-'.length))] ?? '') : (name.split('.')[0] ?? '');
};

/** The provider, and everything that was said to it and by it. */
export const talkative = (fake: FakePaymentProvider) => {
  const calls: { readonly sent: string | null; readonly kept: string | null }[] = [];
  const callbacks: Spoken[] = [];
  let n = 0;
  const spoken =
    (heard: Heard | undefined): Heard =>
    ({ sent, received }) => {
      const say = (message: Message | null): void => {
        calls.push({ sent, kept: message && message.kept });
        heard?.({ sent, received: message && message.said });
      };
      n += 1;
      if (n % 4 === 0) say(page(n));
      say(received && answering(JSON.parse(Buffer.from(received).toString()) as object, n));
    };
  const asks = Object.entries(fake.port) as [
    string,
    (about: never, signal: AbortSignal, heard: Heard) => Promise<unknown>,
  ][];
  const port = Object.fromEntries(
    asks.map(([name, ask]) => [
      name,
      (about: never, signal: AbortSignal, heard?: Heard) => ask(about, signal, spoken(heard)),
    ]),
  ) as PaymentProvider;
  return {
    provider: { ...fake, port },
    /** Whatever was said, as it may be kept. `orders`: by the numbers of their payments. */
    said: (orders: readonly string[]): readonly Spoken[] => [
      ...calls.map(({ sent, kept }) => ({ order: orderIn(sent, orders), sent, received: kept })),
      ...callbacks,
    ],
    /** Calls back, signed; resolves to what became of each. */
    callBack: ({ engine, seal, clock }: PayingShop): (() => Promise<readonly string[]>) => {
      const accounts = new Map([['bank', { tenant: 'main', callbackSecret: SECRET }]]);
      const take = paymentCallbacks({ accounts, send: engine.send, seal, isSigned: isSignedNow(clock.now) });
      const key = keyOf(SECRET);
      if (key === undefined) throw new Error('the secret is none');
      const taken: Promise<string>[] = [];
      fake.onCallback((callback: ProviderCallback) => {
        n += 1;
        const { said, kept } = answering(callback, n);
        callbacks.push({ order: callback.reference, sent: null, received: kept });
        const id = `m-${String(n)}`;
        const headers = signedHeaders(key, { id, at: clock.now(), body: Buffer.from(said).toString() });
        const signed = { id, timestamp: headers['webhook-timestamp'] ?? '', body: said };
        taken.push(
          take('bank', { ...signed, signature: headers['webhook-signature'] ?? '' }).then(
            ({ outcome }) => outcome,
          ),
        );
      });
      return () => Promise.all(taken);
    },
  };
};
