import { expect, test } from '@jest/globals';
import { holdsCardNumber, isCardNumber } from './card-number.ts';

test.each([
  '4111111111111111',
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  'paid with 5555555555554444, thanks',
  '378282246310005',
  '30569309025904',
  '6011000990139424',
  '2223003122003222',
  '6304000000000000',
  '4000000000000000006',
  'pay-4111111111111111',
])('%s looks like a card number', (text) => {
  expect(holdsCardNumber(text)).toBe(true);
});

test.each([
  ['fails the check digit', '4111111111111112'],
  ['too short', '411111111111'],
  ['too long', '41111111111111111111111'],
  ['a part of a word', 'abc4111111111111111'],
  ['a time in milliseconds', '1760000000006'],
  ['an article number', '4006381333931'],
  ['a shipping label', '376104250021234569'],
  ['a telephone number', '+49 30 901820'],
  ['an order id', '0mj3k5p6q7r8s9t0v1w2x'],
  ['a UUID', 'b-64362104-2937-4248-bcf2-dd70fb11d926'],
  ['a hash', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
])('%s is let through: %s', (_why, text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test('a number of 15 or 16 digits looks like one too; smaller amounts and instants do not', () => {
  expect([4111111111111111, 378282246310005].map(isCardNumber)).toEqual([true, true]);
  expect([4111111111111112, 30569309025904, 2000000000008, -4111111111111111].some(isCardNumber)).toBe(false);
});
