// A whole exchange, sealed: opened by one key for one order, and by nobody once the key is erased.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { memoryKeyStore, type Exchange } from '@orderloom/engine';
import { LONGEST_KEPT, openExchange, sealExchange } from './exchange-sealing.ts';

const order = { tenant: 'main', orderId: 'o-1' };
const subject = 'main/ann';
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const said: Exchange = {
  sent: '{"call":"PUT /refunds/k","amount":5}',
  received: bytes('{"status":"refunded", "payer":"Ann Smith"}'),
};
const sealedBy = (keys = memoryKeyStore()) => {
  const seal = (exchange: Exchange = said) =>
    sealExchange({ subject, key: keys.assign(subject) }, order, exchange);
  const opened = (exchange?: Exchange) => {
    const open = openExchange(keys, order, seal(exchange));
    return (
      open && { sent: open.sent, received: open.received && Buffer.from(open.received).toString('latin1') }
    );
  };
  return { keys, seal, opened };
};

describe('a sealed exchange', () => {
  test('opens to what was said, byte by byte, whether it is text, JSON or neither', () => {
    const { keys, seal } = sealedBy();
    const texts = fc.option(fc.string({ unit: 'binary', maxLength: 200 }));
    const messages = fc.option(fc.uint8Array({ maxLength: 400 }));
    fc.assert(
      fc.property(texts, messages, (sent, received) => {
        const open = openExchange(keys, order, seal({ sent, received }));
        // What has nothing to mask; masking has a test of its own.
        expect(open?.sent ?? null).toEqual(sent);
        expect(open?.received ? [...open.received] : null).toEqual(received && [...received]);
      }),
      { examples: [['\ufeff{"a":"Zoë"}', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x00])]] },
    );
  });

  test('is the same when it is sealed again, and another one for another content or order', () => {
    const { keys, seal } = sealedBy();
    expect(seal()).toEqual(seal());
    expect(seal({ ...said, sent: null }).nonce).not.toBe(seal().nonce);
    const other = sealExchange({ subject, key: keys.assign(subject) }, { ...order, orderId: 'o-2' }, said);
    expect(other.nonce).not.toBe(seal().nonce);
    expect(() => openExchange(keys, order, other)).toThrow(/changed, or belong to another key/);
  });

  test('is unreadable once its key is erased', () => {
    const { keys, seal } = sealedBy();
    const sealed = seal();
    keys.erase(subject);
    expect(openExchange(keys, order, sealed)).toBeUndefined();
    keys.assign(subject);
    expect(openExchange(keys, order, sealed)).toBeUndefined();
  });

  test('is not opened with another key, nor where a bit of it was changed', () => {
    const { keys, seal } = sealedBy();
    const sealed = seal();
    const { keyId } = keys.assign('main/bob');
    expect(() => openExchange(keys, order, { ...sealed, keyId })).toThrow(/another key/);
    const ciphertext = Buffer.from(sealed.ciphertext, 'base64');
    for (let bit = 0; bit < ciphertext.length * 8; bit += 7) {
      const changed = Buffer.from(ciphertext);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const other = { ...sealed, ciphertext: changed.toString('base64') };
      expect(() => openExchange(keys, order, other)).toThrow(/changed/);
    }
  });

  test('shows nothing of what it holds', () => {
    const { ciphertext } = sealedBy().seal();
    for (const word of ['Ann', 'Smith', 'refunded', 'PUT'])
      expect(Buffer.from(ciphertext, 'base64').includes(word)).toBe(false);
  });

  test('holds no secret and no card number, in either direction', () => {
    expect(
      sealedBy().opened({
        sent: '{"call":"PUT /legs/k","pin":"1234"}',
        received: bytes('\u00fe no UTF-8: 4111 1111 1111 1111, password=hunter2'),
      }),
    ).toEqual({
      sent: '{"call":"PUT /legs/k","pin":"[masked]"}',
      received: Buffer.from('\u00fe no UTF-8: [masked], password=[masked]').toString('latin1'),
    });
  });

  test('is cut where it is long, and says how long it was', () => {
    const { seal, opened } = sealedBy();
    const fits = 'a'.repeat(LONGEST_KEPT);
    expect(opened({ sent: fits, received: null })).toEqual({ sent: fits, received: null });
    for (const [longer, size] of [
      ['a'.repeat(LONGEST_KEPT + 1), LONGEST_KEPT + 1],
      ['é'.repeat(40_000), 80_000],
      [`{"token":"${'a'.repeat(80_000)}"}`, 80_012],
    ] as const) {
      const { received } = opened({ sent: null, received: bytes(longer) })!;
      const note = `\n[cut: it has ${String(size)} bytes]`;
      expect(received?.endsWith(note)).toBe(true);
      expect(received!.length).toBeLessThanOrEqual(LONGEST_KEPT);
      const head = Buffer.from(received!.slice(0, -note.length), 'latin1').toString();
      expect(head === '{"token":"[masked]"' || longer.startsWith(head)).toBe(true);
    }
    const long = 'b'.repeat(70_000);
    expect(seal({ sent: long, received: bytes(long) }).ciphertext.length).toBeLessThan(65_536);
  });
});
