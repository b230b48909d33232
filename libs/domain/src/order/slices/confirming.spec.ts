import { describe, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { orderPlaced, paid } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const DAY = 86_400_000;
const confirmed = { type: 'OrderConfirmed', data: { due: NOON + 14 * DAY } } as const;
const reminded = (number: number, due: number | null, automatic = true) =>
  ({ type: 'ReminderSent', data: { number, automatic, due } }) as const;

describe.each([tableStepper, xstateStepper])('confirming, by $name: an order on terms', (stepper) => {
  const given = scenarios(orderStreamType({ stepper }), {
    stream: exampleOrder,
    now: NOON,
    global: exampleTenant(),
  });
  const placed = orderPlaced({ lifecycle: 'terms' });
  const confirm = { type: 'ConfirmOrder', data: {} } as const;
  const remind = { type: 'RemindPayment', data: {} } as const;

  it('is confirmed, and a reminder is due', () => {
    given(placed).when(confirm).then(confirmed);
  });

  it('is confirmed once', () => {
    given(placed, confirmed).when(confirm).thenRejected('not-allowed-now');
  });

  it('is never confirmed where the lifecycle has no word for it', () => {
    given(orderPlaced()).when(confirm).thenRejected('not-allowed-now');
  });

  it('is reminded by its deadline, and again', () => {
    given(placed, confirmed)
      .when(remind)
      .then(reminded(1, NOON + 14 * DAY));
  });

  it('is reminded by its deadline three times at most', () => {
    given(placed, confirmed, reminded(1, 1), reminded(2, 2)).when(remind).then(reminded(3, null));
  });

  it('is reminded because somebody says so', () => {
    given(placed, confirmed, reminded(1, 1), reminded(2, 2), reminded(3, null))
      .when({ type: 'SendReminder', data: {} })
      .then(reminded(4, null, false));
  });

  it('is not reminded before it is confirmed, nor once it is paid', () => {
    given(placed).when({ type: 'SendReminder', data: {} }).thenRejected('not-allowed-now');
    given(placed, confirmed, paid()).when(remind).thenRejected('not-allowed-now');
  });
});
