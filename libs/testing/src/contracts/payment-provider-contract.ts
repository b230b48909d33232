import { afterEach, describe, expect } from '@jest/globals';
import type { Exchange, PaymentProvider } from '@orderloom/engine';
import {
  fakePaymentProvider,
  type FakePaymentProvider,
  type FakeProviderOptions,
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
const leg = { key: 'order-1.1.coupons.freeze-1', paymentId: 'b1/coupon', amount: 500, currency: 'EUR' };
const money = { amount: 500, currency: 'EUR' };
const signal = new AbortController().signal;

/** What every adapter of a payment provider promises. */
export const paymentProviderContract = ({ name, create, skip = [] }: PaymentProviderContract): void => {
  const places: PaymentProviderPlace[] = [];
  const open = async (
    faults: ProviderFaults = {},
    legFault?: FakeProviderOptions['legFault'],
  ): Promise<{ port: PaymentProvider; provider: FakePaymentProvider; clock: VirtualClock }> => {
    const clock = virtualClock(0);
    const provider = fakePaymentProvider({ seed: 1, clock, faults, ...(legFault && { legFault }) });
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
        expect(provider.ledger().get('pay/1')).toEqual({ frozen: 0, captured: 1_250, refunded: 500 });
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
        expect(provider.ledger().get('pay/1')).toEqual({ frozen: 0, captured: 1_250, refunded: 500 });
      },
      'over more than there is do not happen': async () => {
        const { port, provider } = await paid();
        const tooMuch = { ...refund, amount: 1_251 };
        expect(await port.refund(tooMuch, signal)).toEqual({ status: 'failed', reason: 'not-there' });
        expect(provider.ledger().get('pay/1')).toEqual({ frozen: 0, captured: 1_250, refunded: 0 });
      },
    });

    contractCases('legs', skip, {
      'are frozen, then captured, once, however often that is asked for': async () => {
        const { port, provider } = await open();
        expect(await port.legOf(leg.key, signal)).toEqual({ status: 'unknown' });
        for (let n = 0; n < 2; n++)
          expect(await port.freeze(leg, signal)).toEqual({ status: 'frozen', ...money });
        expect(provider.ledger().get('b1/coupon')).toEqual({ frozen: 500, captured: 0, refunded: 0 });
        for (let n = 0; n < 2; n++)
          expect(await port.capture(leg.key, signal)).toEqual({ status: 'captured', ...money });
        expect(await port.legOf(leg.key, signal)).toEqual({ status: 'captured', ...money });
        expect(provider.ledger().get('b1/coupon')).toEqual({ frozen: 0, captured: 500, refunded: 0 });
      },
      'are let go for ever, frozen or captured': async () => {
        const { port, provider } = await open();
        for (const step of ['frozen', 'captured']) {
          const one = { ...leg, key: `${leg.key}${String(step.length)}`, paymentId: step };
          await port.freeze(one, signal);
          if (step === 'captured') await port.capture(one.key, signal);
          for (let n = 0; n < 2; n++)
            expect(await port.release(one.key, signal)).toEqual({ status: 'released' });
          expect(await port.capture(one.key, signal)).toEqual({ status: 'released' });
          expect(await port.freeze(one, signal)).toEqual({ status: 'released' });
          expect(provider.ledger().get(step)).toEqual({ frozen: 0, captured: 0, refunded: 0 });
        }
      },
      'are let go before anybody has heard of them, and hold nothing when that comes': async () => {
        const { port, provider, clock } = await open({}, (step) => (step === 'freeze' ? 'late' : undefined));
        expect(await port.freeze(leg, signal)).toMatchObject({ status: 'silent', sent: true });
        expect(await port.release(leg.key, signal)).toEqual({ status: 'released' });
        clock.advance(HOUR);
        expect(await port.legOf(leg.key, signal)).toEqual({ status: 'released' });
        expect([...provider.ledger().values()]).toEqual([]);
      },
      'that cannot be frozen hold nothing, and say why': async () => {
        const { port, provider } = await open({ fails: 1 });
        expect(await port.freeze(leg, signal)).toEqual({ status: 'failed', reason: 'declined' });
        expect(provider.ledger().get('b1/coupon')).toEqual({ frozen: 0, captured: 0, refunded: 0 });
      },
      'that cannot be captured may still be frozen': async () => {
        const { port } = await open({}, (step) => (step === 'capture' ? 'refused' : undefined));
        await port.freeze(leg, signal);
        expect(await port.capture(leg.key, signal)).toEqual({ status: 'failed', reason: 'declined' });
        expect(await port.legOf(leg.key, signal)).toEqual({ status: 'frozen', ...money });
      },
      'nobody has heard of cannot be captured': async () => {
        const { port } = await open();
        expect(await port.capture(leg.key, signal)).toEqual({ status: 'unknown' });
      },
      'have names of their own: one under another key is refused': async () => {
        const { port } = await open();
        await port.freeze(leg, signal);
        const other = { ...leg, key: 'order-2.1.coupons.freeze-1' };
        expect(await port.freeze(other, signal)).toMatchObject({ status: 'failed' });
      },
      'whose answer is lost are frozen': async () => {
        const { port, provider } = await open({ silent: 1 });
        expect(await port.freeze(leg, signal)).toMatchObject({ status: 'silent', sent: true });
        expect(provider.ledger().get('b1/coupon')).toMatchObject({ frozen: 500 });
      },
      'that are captured go back as other payments do': async () => {
        const { port, provider } = await open();
        await port.freeze(leg, signal);
        const back = { ...refund, paymentId: 'b1/coupon', amount: 200 };
        expect(await port.refund(back, signal)).toMatchObject({ status: 'failed' });
        await port.capture(leg.key, signal);
        expect(await port.refund({ ...back, key: 'r-2' }, signal)).toMatchObject({ status: 'refunded' });
        expect(provider.ledger().get('b1/coupon')).toEqual({ frozen: 0, captured: 500, refunded: 200 });
      },
    });
  });
};
