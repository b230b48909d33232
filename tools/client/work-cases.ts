import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Client, Done, WorkQuery } from '@orderloom/client';
import { aPayment, anOrder, done } from './orders.ts';

const OPERATORS = Array.from({ length: 5 }, (_, n) => `operator-${n}`);

/** Lists of work, and who has an order in them. */
export const workCases = (client: () => Client) => {
  /** Two orders of a merchant, paid one after the other. */
  const twoToShip = async () => {
    const merchantId = `m-${randomUUID()}`;
    const paid: Done[] = [];
    for (let n = 0; n < 2; n++) {
      const { id } = done(await client().orders.place(anOrder({ buyerId: `b-${randomUUID()}`, merchantId })));
      paid.push(done(await client().orders.send(id, 'ConfirmPayment', aPayment)));
    }
    const [first, second] = paid as [Done, Done];
    const page = async (query: Partial<WorkQuery>, since: Done = second) =>
      client().work.list(
        { list: 'to-ship', merchant: merchantId, ...query },
        { minPosition: since.position },
      );
    const listed = async (...asked: Parameters<typeof page>): Promise<readonly string[]> =>
      (await page(...asked)).orders.map(({ orderId }) => orderId);
    return { first, second, page, listed };
  };
  return {
    'lists what is to be shipped page by page, who paid first at its head': async () => {
      const { first, second, page, listed } = await twoToShip();
      await page({}, first);
      const head = await page({ limit: 1 });
      expect(head.orders).toMatchObject([{ orderId: first.id, since: expect.any(String), claim: null }]);
      expect(await listed({ limit: 1, cursor: head.next ?? '' })).toEqual([second.id]);
      expect(await listed({ list: 'to-refund' })).toEqual([]);
    },
    'gives an order to one of those who claim it at once': async () => {
      const { first, second, page, listed } = await twoToShip();
      const list = 'to-ship';
      const results = await Promise.all(
        OPERATORS.map((actor) => client().work.claim(first.id, { list, actor })),
      );
      const [won, ...more] = results.filter(({ outcome }) => outcome === 'accepted');
      if (won === undefined || more.length > 0) throw new Error('one has it, and no other');
      expect(results.filter((one) => one.outcome === 'refused' && one.code === 'work-claimed')).toHaveLength(
        4,
      );
      const claimed = done(won);
      await page({}, claimed);
      await page({}, second);
      const winner = OPERATORS[results.indexOf(won)] ?? '';
      expect(await listed({ claim: 'unclaimed' })).toEqual([second.id]);
      expect(await listed({ claim: 'claimed' })).toEqual([first.id]);
      expect((await page({ claim: { by: winner } })).orders).toMatchObject([
        { orderId: first.id, claim: { by: winner } },
      ]);
      const released = done(await client().work.release(first.id, { list, actor: winner }));
      expect(await listed({ claim: 'unclaimed' }, released)).toEqual([first.id, second.id]);
    },
    'refuses lists that there are not, and cursors of another one': async () => {
      const { page, listed } = await twoToShip();
      const cursor = (await page({ limit: 1 })).next ?? '';
      const wrong = expect.objectContaining({ code: 'invalid-argument' });
      await expect(listed({ list: 'at-risk', cursor })).rejects.toThrow(wrong);
      await expect(listed({ list: 'to-eat' as 'to-ship' })).rejects.toThrow(wrong);
      await expect(listed({ withinMinutes: -1 })).rejects.toThrow(wrong);
    },
  };
};
