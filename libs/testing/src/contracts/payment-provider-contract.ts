import { afterEach, describe, expect } from '@jest/globals';
import type { Exchange, PaymentProvider } from '@orderloom/engine';
import {
  fakePaymentProvider,
  type FakePaymentProvider,
  type ProviderFaults,
} from '../fake-payment-provider.ts';
import { virtualClock, type VirtualClock } from '../virtual-clock.ts';
import { contractCases, type Skip } from './contract-cases.ts';

/** An adapter in front of a provider. */
export type PaymentProviderPlace = {
  readonly port: PaymentProvider;
  readonly dispose: () => Promise<void>;
};

export type PaymentProviderContract = {
  readonly name: string;
  /** The adapter that speaks to this one. */
  readonly create: (provider: FakePaymentProvider) => Promise<PaymentProviderPlace>;
  readonly skip?: readonly Skip[];
};

const HOUR = 3_600_000;
const payment = { reference: 'order-1', paymentId: 'pay/1', amount: 1_250, currency: 'EUR' };
const refund = { key: 'order-1.7.bank.refund', paymentId: 'pay/1', amount: 500, currency: 'EUR' };
const signal = new AbortController().signal;

/** What every adapter of a payment provider promises. */
export const paymentProviderContract = ({ name, create, skip = [] }: PaymentProviderContract): void => {
  const places: PaymentProviderPlace[] = [];
  const open = async (
    faults: ProviderFaults = {},
  ): Promise<{ port: PaymentProvider; provider: FakePaymentProvider; clock: VirtualClock }> => {
    const clock = virtualClock(0);
    const provider = fakePaymentProvider({ seed: 1, clock, faults });
    const place = await create(provider);
    places.push(place);
    return { port: place.port, provider, clock };
  };
  const paid = async (faults: ProviderFaults = {}) => {
    const opened = await open(faults);
    opened.provider.begin(payment);
    opened.clock.advance(HOUR);
    return opened;
  };

  describe(`${name} keeps the contract of a payment provider`, () => {
    afterEach(async () => {
      for (const place of places.splice(0)) await place.dispose();
    });

    contractCases('payments', skip, {
      'are not known before they are begun, and pending until they are decided': async () => {
        const { port, provider, clock } = await open();
        expect(await port.paymentOf('pay/1', signal)).toEqual({ status: 'unknown' });
        provider.begin(payment);
        expect(await port.paymentOf('pay/1', signal)).toEqual({ status: 'pending' });
        clock.advance(HOUR);
        const { amount, currency } = payment;
        expect(await port.paymentOf('pay/1', signal)).toEqual({ status: 'paid', amount, currency });
      },
      'that have not worked say why': async () => {
        const { port } = await paid({ fails: 1 });
        expect(await port.paymentOf('pay/1', signal)).toEqual({ status: 'failed', reason: 'declined' });
      },
      'of which nothing is heard are silence, and no error': async () => {
        const { port } = await paid({ silent: 1 });
        expect(await port.paymentOf('pay/1', signal)).toMatchObject({ status: 'silent', sent: true });
      },
      'are told word by word to whoever listens, and silence too': async () => {
        const heard: Exchange[] = [];
        const { port } = await paid();
        const answer = await port.paymentOf('pay/1', signal, (one) => heard.push(one));
        const mute = await paid({ silent: 1 });
        await mute.port.paymentOf('pay/1', signal, (one) => heard.push(one));
        const [first, second] = heard;
        expect(JSON.parse(new TextDecoder().decode(first?.received ?? new Uint8Array()))).toEqual(answer);
        expect(JSON.parse(first?.sent ?? '')).toEqual({ call: 'GET /payments/pay%2F1' });
        expect([heard.length, second?.received]).toEqual([2, null]);
      },
      'are not asked about any more where the signal says so': async () => {
        const { port } = await paid();
        const stop = AbortSignal.abort(new Error('stopped'));
        await expect(port.paymentOf('pay/1', stop)).rejects.toThrow('stopped');
      },
    });

    contractCases('refunds', skip, {
      'under one key happen once, however often they are asked for': async () => {
        const { port, provider } = await paid();
        const { amount, currency } = refund;
        for (let n = 0; n < 3; n++)
          expect(await port.refund(refund, signal)).toEqual({ status: 'refunded', amount, currency });
        expect(provider.ledger().get('pay/1')).toEqual({ captured: 1_250, refunded: 500 });
      },
      'are found by their key, and only those that were asked for': async () => {
        const { port } = await paid();
        expect(await port.refundOf(refund.key, signal)).toEqual({ status: 'unknown' });
        await port.refund(refund, signal);
        expect(await port.refundOf(refund.key, signal)).toMatchObject({ status: 'refunded', amount: 500 });
      },
      'whose answer is lost have happened': async () => {
        const { port, provider } = await paid({ silent: 1 });
        expect(await port.refund(refund, signal)).toMatchObject({ status: 'silent', sent: true });
        expect(provider.ledger().get('pay/1')).toEqual({ captured: 1_250, refunded: 500 });
      },
      'over more than there is do not happen': async () => {
        const { port, provider } = await paid();
        const tooMuch = { ...refund, amount: 1_251 };
        expect(await port.refund(tooMuch, signal)).toEqual({ status: 'failed', reason: 'not-there' });
        expect(provider.ledger().get('pay/1')).toEqual({ captured: 1_250, refunded: 0 });
      },
    });
  });
};
