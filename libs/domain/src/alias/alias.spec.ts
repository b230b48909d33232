import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { AliasEvent } from '../messages/generated/alias.ts';
import { aliasStreamType } from './alias-stream.ts';

const given = scenarios(aliasStreamType, {
  stream: { tenant: 'main', type: 'alias', key: 'shop:1001' },
  now: 1_000,
  global: {},
});
const claimed = (orderId: string) => ({ type: 'RegisterAlias', data: { orderId } }) as const;
const registered = (orderId: string): AliasEvent => ({ type: 'AliasRegistered', data: { orderId } });

describe('the name that another system has for an order', () => {
  test('is the order’s that claims it first', () => {
    given().when(claimed('o1')).then(registered('o1'));
    expect(given(registered('o1')).state).toEqual({ orderId: 'o1' });
  });

  test('is nobody else’s afterwards', () => {
    given(registered('o1')).when(claimed('o2')).thenRejected('alias-taken');
  });

  test('is claimed by orders only', () => {
    expect(aliasStreamType.commands.RegisterAlias.internal).toBe(true);
    expect(aliasStreamType.explain({ orderId: 'o1' }, {}).allowedCommands).toEqual([]);
  });
});
