import { describe, expect, test } from '@jest/globals';
import { arrivalsOf } from './arrivals.ts';
import { signedCursors } from './cursor.ts';
import { hostNames, isLoopback, strangerProblem } from './host-rule.ts';
import { instantOf } from './instant.ts';
import { unsoundPlace } from './json-body.ts';
import { streamAt } from './streams.ts';

describe('a cursor', () => {
  const cursors = signedCursors(new Uint8Array(32).fill(7));
  const cursor = cursors.write('main', 'status:payment.paid', '2026 order-1');

  test('gives back where the list goes on', () => {
    expect(cursors.read('main', 'status:payment.paid', cursor)).toBe('2026 order-1');
  });

  test('is good for no other tenant, list or server', () => {
    expect(cursors.read('acme', 'status:payment.paid', cursor)).toBeUndefined();
    expect(cursors.read('main', 'all:', cursor)).toBeUndefined();
    expect(signedCursors(new Uint8Array(32)).read('main', 'status:payment.paid', cursor)).toBeUndefined();
  });

  test('cannot be changed in any character', () => {
    const changed = Array.from(
      cursor,
      (letter, at) => `${cursor.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`,
    );
    const read = changed.map((text) => cursors.read('main', 'status:payment.paid', text));
    expect(read.every((value) => value === undefined)).toBe(true);
  });

  test.each(['', 'x', '!!', 'A'.repeat(2000)])('is not %j', (text) => {
    expect(cursors.read('main', 'all:', text)).toBeUndefined();
  });
});

describe('the door', () => {
  const names = hostNames(7070);
  const own = { host: '127.0.0.1:7070' };

  test.each([
    [own],
    [{ host: 'localhost:7070' }],
    [{ host: 'LOCALHOST:7070' }],
    [{ host: '[::1]:7070' }],
    [{ ...own, 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:7070' }],
    [{ ...own, 'sec-fetch-site': 'none' }],
  ])('lets %j in', (headers) => {
    expect(strangerProblem(headers, names)).toBeUndefined();
  });

  test.each([
    [{}, 421],
    [{ host: '127.0.0.1' }, 421],
    [{ host: '127.0.0.1:7071' }, 421],
    [{ host: 'evil.example:7070' }, 421],
    [{ host: '127.0.0.1.evil.example:7070' }, 421],
    [{ ...own, 'sec-fetch-site': 'cross-site' }, 403],
    [{ ...own, 'sec-fetch-site': 'same-site' }, 403],
    [{ ...own, origin: 'http://evil.example' }, 403],
    [{ ...own, origin: 'null' }, 403],
    [{ ...own, origin: 'http://localhost:7070' }, 403],
    [{ ...own, origin: 'https://127.0.0.1:7070' }, 403],
  ])('keeps %j out with %i', (headers, status) => {
    expect(strangerProblem(headers, names)?.status).toBe(status);
  });

  test('is on loopback only', () => {
    expect(['127.0.0.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.2', '', 'example.org'].some(isLoopback)).toBe(false);
    expect(hostNames(80).has('localhost')).toBe(true);
  });
});

describe('an instant', () => {
  test.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.5Z', Date.UTC(2026, 0, 31, 12, 0, 0, 500)],
    ['2026-01-31T12:00:00+14:00', Date.UTC(2026, 0, 30, 22)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s is read', (text, ms) => {
    expect(instantOf(text)).toBe(ms);
  });

  test.each([
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:00:60Z',
    '2026-02-30T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T12:00:00',
    '2026-01-31',
    '2026-01-31T12:00:00+15:00',
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    'now',
    '',
  ])('%s is not', (text) => {
    expect(instantOf(text)).toBeUndefined();
  });
});

describe('a body', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

  test('is sound to 32 levels', () => {
    expect(unsoundPlace(nested(32))).toBeUndefined();
    expect(unsoundPlace(nested(33))?.message).toMatch(/32 levels/);
  });

  test('has its first unsound text pointed at', () => {
    expect(unsoundPlace({ lines: [{ sku: 'a\0b' }] })?.pointer).toBe('/lines/0/sku');
    expect(unsoundPlace({ a: '\ud800' })?.pointer).toBe('/a');
    expect(unsoundPlace({ 'x\0': 1 })?.pointer).toBe('');
    expect(unsoundPlace({ emoji: '\u{1f4e6}', accents: '\u00e9' })).toBeUndefined();
  });

  test('has no name shown that could be somebody\u2019s data', () => {
    expect(unsoundPlace({ 'Ada Planted': '\0' })?.pointer).toBe('/*');
  });
});

describe('an address', () => {
  test('names a stream of the tenant', () => {
    expect(streamAt('stock', 'SKU@main', { name: 'main', isSaid: false })).toEqual({
      tenant: 'main',
      type: 'stock',
      key: 'SKU@main',
    });
    expect(streamAt('tenants', 'acme', { name: 'main', isSaid: false })).toEqual({
      tenant: 'acme',
      type: 'tenant',
      key: 'acme',
    });
  });

  test.each([
    ['tenants', 'acme', 'unknown-stream'],
    ['orders', 'a\nb', 'invalid-key'],
    ['orders', '\ud800', 'invalid-key'],
    ['orders', 'x'.repeat(257), 'invalid-key'],
    ['carts', 'x', 'unknown-route'],
    ['work', 'x', 'unknown-route'],
    ['imports', 'x', 'not-available'],
  ])('/v1/%s/%j is %s', (collection, key, code) => {
    expect(() => streamAt(collection, key, { name: 'main', isSaid: true })).toThrow(code);
  });
});

describe('requests that arrive', () => {
  const counting = () => {
    let now = 0;
    let open = 0;
    const enter = () => {
      open++;
      return () => {
        open--;
      };
    };
    return {
      arrivals: arrivalsOf(enter, () => now),
      open: () => open,
      pass: (ms: number) => void (now += ms),
    };
  };

  test('hold deadlines back until they are sent, each once', () => {
    const { arrivals, open } = counting();
    const first = arrivals.begin();
    arrivals.begin();
    first();
    first();
    expect(open()).toBe(1);
    arrivals.close();
    expect(open()).toBe(0);
  });

  test('hold them back for two seconds at most', async () => {
    const { arrivals, open, pass } = counting();
    arrivals.begin();
    pass(2000);
    arrivals.begin();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(open()).toBe(1);
    arrivals.close();
  });
});
