// Our books and the provider's, after thousands of orders whose messages were lost, repeated, late and wrong: the same to
// the minor unit, payment by payment and leg by leg; and no piece of stock has come from nowhere. The whole engine on a virtual clock.
import { describe, expect, test } from '@jest/globals';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { heldForEver, noSurplus } from '../systems/without.ts';
import { paidLives } from './paid-lives.ts';
import { size } from './size.ts';

/** Orders of one shop: what the provider knows of them is held against them one by one when all is quiet. */
const IN_ONE_SHOP = 2_000;
const ORDERS = size(2_000, 100_000);
const SEEDS = Array.from({ length: size(2, 10) }, (_, n) => 1_000 * (n + 1));
const FEW = 300;
const registry = domainRegistry({ stepper: tableStepper });
const WITHIN_MS = size(900_000, 4 * 3_600_000);

describe('frozen, captured and refunded money is what the provider has, and stock is conserved', () => {
  test.each(SEEDS)(
    'with seed %i',
    async (first) => {
      for (let shop = 0; shop < ORDERS / IN_ONE_SHOP; shop++) {
        const seed = first + shop;
        const { captured, refunded, byLegs, letGo, differences } = await paidLives({
          seed,
          orders: IN_ONE_SHOP,
          asks: true,
        });
        expect([seed, differences]).toEqual([seed, []]);
        expect(captured).toBeGreaterThan(refunded);
        expect(Math.min(refunded, byLegs, letGo)).toBeGreaterThan(0);
      }
    },
    WITHIN_MS,
  );

  test.each([
    ['the provider is not asked', { asks: false }],
    ['a void bill lets nothing go', { asks: true, registry: heldForEver(registry) }],
    ['what comes late is refused', { asks: true, registry: domainRegistry({ stepper: noSurplus }) }],
  ])(
    'null control: they are not where %s',
    async (_, without) => {
      const { differences } = await paidLives({ seed: 7, orders: FEW, ...without });
      expect(differences).not.toEqual([]);
    },
    WITHIN_MS,
  );
});
