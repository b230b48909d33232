import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { cancelled, orderPlaced, paid } from '../example-events.ts';
import { tableStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const type = orderStreamType({ stepper: tableStepper });
const given = scenarios(type, { stream: exampleOrder, now: NOON, global: exampleTenant() });
const placed = orderPlaced({ externalId: 'shop:1001' });
const refused = { type: 'AliasRefused', data: { externalId: 'shop:1001', code: 'alias-taken' } } as const;
const record = { type: 'RecordAliasRefused', data: refused.data } as const;

describe('an order with a foreign id', () => {
  test('claims it when it is placed', () => {
    given(placed).thenSends({
      to: { type: 'alias', key: 'shop:1001' },
      command: { type: 'RegisterAlias', data: { orderId: exampleOrder.key } },
    });
    given(orderPlaced()).thenSends();
  });

  test('hears that another order has it', () => {
    const rejection = { code: 'alias-taken', reason: '', kind: 'state' } as const;
    const alias = { tenant: 'main', type: 'alias', key: 'shop:1001' };
    expect(type.onRefused?.['RegisterAlias']?.({}, rejection, alias)).toEqual(record);
  });

  test('notes that in every status, and goes on as before', () => {
    for (const past of [[placed], [placed, paid()], [placed, cancelled()]]) {
      given(...past)
        .when(record)
        .then(refused);
      expect(given(...past, refused).state).toEqual(given(...past).state);
    }
  });
});
