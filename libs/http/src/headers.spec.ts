import { describe, expect, test } from '@jest/globals';
import { holdsVersion } from './etag.ts';
import { idempotencyKeyOf, ifMatchOf, minPositionOf, positionText, tenantOf, waitOf } from './headers.ts';
import { ProblemError } from './problem.ts';
import { traceIdOf, traceOf } from './trace.ts';

const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
};

describe('Idempotency-Key', () => {
  test.each([
    ['"abc-1"', 'abc-1'],
    ['abc-1', 'abc-1'],
    ['"with space"', 'with space'],
    ['"a \\"quoted\\" one"', 'a "quoted" one'],
    [`"${'x'.repeat(128)}"`, 'x'.repeat(128)],
  ])('%s is the key %s', (header, key) => {
    expect(idempotencyKeyOf(header)).toBe(key);
  });

  test.each([
    '',
    '""',
    '"a',
    'a b',
    'a,b',
    '"a\u0001"',
    '"caf\u00e9"',
    'x'.repeat(129),
    '"a";p=1',
    '"bad \\n"',
  ])('%j is refused', (header) => {
    expect(codeOf(() => idempotencyKeyOf(header))).toBe('invalid-header');
  });

  test('is required', () => {
    expect(codeOf(() => idempotencyKeyOf(undefined))).toBe('idempotency-key-required');
  });
});

describe('If-Match', () => {
  test('is a strong version, any, or not said', () => {
    expect([ifMatchOf('"7"'), ifMatchOf('"0"'), ifMatchOf('*'), ifMatchOf(undefined)]).toEqual([
      7,
      0,
      '*',
      null,
    ]);
  });

  test('may name a section at its version', () => {
    expect(ifMatchOf('"receiver:3"')).toEqual({ name: 'receiver', version: 3 });
  });

  test.each(['"receiver:"', '"receiver:03"', '"Receiver:3"', '"receiver:3:4"', 'receiver:3', '":3"'])(
    '%s names no section',
    (header) => {
      expect(codeOf(() => ifMatchOf(header))).toBe('invalid-header');
    },
  );

  test.each(['7', 'W/"7"', '"07"', '"7", "8"', '"x"', '""', '"-1"', '"1e3"', '"9999999999999999"'])(
    '%s is refused',
    (header) => {
      expect(codeOf(() => ifMatchOf(header))).toBe('invalid-header');
    },
  );
});

describe('other headers', () => {
  test('If-None-Match compares weakly and takes lists', () => {
    expect(holdsVersion('"6", W/"7"', 7)).toBe(true);
    expect(holdsVersion('*', 7)).toBe(true);
    expect([holdsVersion('"71"', 7), holdsVersion(undefined, 7)]).toEqual([false, false]);
  });

  test('Tenant is main where it is not said', () => {
    expect([tenantOf(undefined), tenantOf('acme-2')]).toEqual(['main', 'acme-2']);
  });

  test.each(['', '../x', 'a/b', 'a b', 'x'.repeat(65), '\u00fc'])('Tenant %j is refused', (name) => {
    expect(codeOf(() => tenantOf(name))).toBe('invalid-header');
  });

  test('a position survives the way there and back', () => {
    expect(minPositionOf(positionText({ slot: 1023, sequence: 123 }))).toEqual({ slot: 1023, sequence: 123 });
    expect(minPositionOf(undefined)).toBeNull();
  });

  test.each(['', '1', '1024:1', '1:-1', 'a:b', '1:2:3'])('Min-Position %j is refused', (position) => {
    expect(codeOf(() => minPositionOf(position))).toBe('invalid-header');
  });

  test.each([
    ['wait=2', 2],
    ['respond-async, wait=3', 3],
    ['wait=100', 10],
    ['wait=0', 0],
    ['wait=soon', null],
    ['handling=strict', null],
    [undefined, null],
  ])('Prefer %s waits %s seconds', (header, seconds) => {
    expect(waitOf(header)).toBe(seconds);
  });

  test('traceparent gives the trace id where it is valid, else a new trace begins', () => {
    const id = '0af7651916cd43dd8448eb211c80319c';
    expect(traceIdOf(`00-${id}-b7ad6b7169203331-01`)).toBe(id);
    expect(traceIdOf(`00-${'0'.repeat(32)}-b7ad6b7169203331-01`)).toBeUndefined();
    expect(traceIdOf(`ff-${id}-b7ad6b7169203331-01`)).toBeUndefined();
    expect(traceOf({ traceparent: 'nonsense' })).toMatch(/^[0-9a-f]{32}$/);
  });
});
