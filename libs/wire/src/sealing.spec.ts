import { describe, expect, test } from '@jest/globals';
import type { Receiver, SealedBlock } from '@orderloom/domain';
import { memoryKeyStore } from '@orderloom/engine';
import { edgeCommand, subjectOf } from './edge-command.ts';
import { openReceiver, sealReceiver } from './sealing.ts';
import { nameWords, searchTokens } from './search-tokens.ts';
import { wireCodec } from './wire-codec.ts';

const jane: Receiver = {
  name: 'Jané  Doe',
  phone: '+49 170 1234567',
  email: ' Jane@Example.org',
  line1: '1 High Street',
  line2: null,
  city: 'Berlin',
  region: null,
  postalCode: '10115',
  country: 'DE',
};
const subject = 'main/b1';
const bytes = (block: SealedBlock) =>
  Buffer.concat([block.nonce, block.ciphertext, block.digest, ...block.tokens]);
const order = () => ({
  buyerId: 'b1',
  currency: 'EUR',
  lines: [{ lineId: '1', sku: 'S', quantity: 1, unitPrice: 5 }],
  total: 5,
  receiver: { ...jane },
});

describe('a sealed receiver', () => {
  test('is opened with its key', () => {
    const keys = memoryKeyStore();
    expect({ ...openReceiver(keys, sealReceiver(keys, 'main', subject, jane)) }).toEqual(jane);
  });

  test('is unreadable once the key is erased, and a new key does not help', () => {
    const keys = memoryKeyStore();
    const block = sealReceiver(keys, 'main', subject, jane);
    expect(keys.erase(subject)).toBe(true);
    expect(openReceiver(keys, block)).toBeUndefined();
    expect(sealReceiver(keys, 'main', subject, jane).keyId).not.toBe(block.keyId);
    expect(openReceiver(keys, block)).toBeUndefined();
  });

  test('shows nothing of what it holds', () => {
    const block = sealReceiver(memoryKeyStore(), 'main', subject, jane);
    for (const word of ['Jan', 'Doe', '1234567', 'xample', 'High', 'Berlin', '10115'])
      expect(bytes(block).includes(word)).toBe(false);
  });

  test('that was changed in any bit is not opened', () => {
    const keys = memoryKeyStore();
    const block = sealReceiver(keys, 'main', subject, jane);
    for (let bit = 0; bit < block.ciphertext.length * 8; bit += 5) {
      const ciphertext = Buffer.from(block.ciphertext);
      ciphertext[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openReceiver(keys, { ...block, ciphertext })).toThrow(/changed/);
    }
    expect(() => openReceiver(keys, { ...block, ciphertext: Buffer.alloc(3) })).toThrow(/changed/);
  });

  test('never has a nonce twice', () => {
    const keys = memoryKeyStore();
    const nonces = new Set<string>();
    for (let i = 0; i < 9000; i++)
      nonces.add(Buffer.from(sealReceiver(keys, 'main', subject, jane).nonce).toString('hex'));
    expect(nonces.size).toBe(9000);
  });

  test('keeps its own bytes when others are sealed after it', () => {
    const keys = memoryKeyStore();
    const block = sealReceiver(keys, 'main', subject, jane);
    for (let i = 0; i < 5000; i++) sealReceiver(keys, 'main', subject, { ...jane, name: `N ${i}` });
    expect(openReceiver(keys, block)?.name).toBe(jane.name);
  });

  test('of many kilobytes is sealed too', () => {
    const keys = memoryKeyStore();
    const large = { ...jane, line1: '長'.repeat(5000) };
    expect(openReceiver(keys, sealReceiver(keys, 'main', subject, large))?.line1).toBe(large.line1);
  });
});

describe('search tokens', () => {
  const keys = memoryKeyStore();
  const block = sealReceiver(keys, 'main', subject, jane);
  const found = (tenant: string, searched: Parameters<typeof searchTokens>[2]) =>
    searchTokens(keys, tenant, searched).some((token) => block.tokens.some((own) => token.equals(own)));

  test.each([
    ['a word of the name', { name: 'JANE' }],
    ['the end of the telephone number', { phone: '4567' }],
    ['the telephone number as it is dialled at home', { phone: '0170/1234567' }],
    ['the e-mail address in other letters', { email: 'jane@example.ORG' }],
  ])('find %s', (_name, searched) => {
    expect(found('main', searched)).toBe(true);
    expect(found('other', searched)).toBe(false);
  });

  test('do not mix their kinds', () => {
    expect(found('main', { name: '4567' })).toBe(false);
    expect(found('main', { phone: null, email: '', name: ' -- ' })).toBe(false);
  });

  test('have 12 bytes, and a name gives at most 32', () => {
    expect(block.tokens.every((token) => token.length === 12)).toBe(true);
    const long = Array.from({ length: 100 }, (_, i) => `w${i}`).join(' ');
    expect(searchTokens(keys, 'main', { name: long })).toHaveLength(32);
    expect(searchTokens(keys, 'main', { name: `é ${long}` })).toHaveLength(32);
  });

  test('cut Chinese names into pairs', () => {
    expect(nameWords('王小明')).toEqual(['王小明', '王', '小', '明', '王小', '小明']);
    expect(nameWords('Ａｎｎａ Müller-Lüdenscheidt')).toEqual(['anna', 'muller', 'ludenscheidt']);
  });
});

describe('a command with personal data', () => {
  const keyStore = memoryKeyStore();
  const sealer = { keyStore, tenant: 'main', commandId: 'c1' };
  const codec = wireCodec();
  const take = (body: object) => {
    const result = edgeCommand('order', 'PlaceOrder', body, sealer);
    if (result.outcome === 'invalid') throw new Error(JSON.stringify(result.violations));
    return result.data as { receiver: SealedBlock | null };
  };
  const fingerprint = (data: object) => codec.fingerprint('order', 'PlaceOrder', data);

  test('is sealed at the edge, and then valid inside', () => {
    const data = take(order());
    expect(codec.validate('order', 'PlaceOrder', data)).toEqual([]);
    expect(data.receiver?.subject).toBe('main/b1');
    expect(openReceiver(keyStore, data.receiver!)?.city).toBe('Berlin');
  });

  test('that edits the receiver is sealed with the key of the buyer it names', () => {
    const seal = (buyerId: string | null, commandId: string) => {
      const body = { buyerId, receiver: { ...jane, city: 'Bonn' } };
      const made = edgeCommand('order', 'EditReceiver', body, { ...sealer, commandId });
      if (made.outcome === 'invalid') throw new Error(JSON.stringify(made.violations));
      expect(codec.validate('order', 'EditReceiver', made.data)).toEqual([]);
      return (made.data as { receiver: SealedBlock }).receiver;
    };
    const [placed, edited] = [take(order()).receiver!, seal('b1', 'c2')];
    expect([edited.subject, edited.keyId]).toEqual([placed.subject, placed.keyId]);
    expect(openReceiver(keyStore, edited)?.city).toBe('Bonn');
    expect(edited.tokens).toEqual(placed.tokens);
    expect(seal(null, 'c3').subject).toBe('main/guest-c3');
  });

  test('may have none', () => {
    expect(take({ ...order(), receiver: null }).receiver).toBeNull();
  });

  test('is the same command when it is sealed again', () => {
    const [one, two] = [take(order()), take(order())];
    expect(Buffer.from(one.receiver!.ciphertext).equals(two.receiver!.ciphertext)).toBe(false);
    expect(fingerprint(two)).toBe(fingerprint(one));
  });

  test.each([
    ['another receiver', { receiver: { ...jane, city: 'Bonn' } }],
    ['no receiver', { receiver: null }],
    ['another buyer', { buyerId: 'b2' }],
    ['another line', { lines: [{ lineId: '2', sku: 'S', quantity: 1, unitPrice: 5 }] }],
  ])('is another command with %s', (_name, change) => {
    expect(fingerprint(take({ ...order(), ...change }))).not.toBe(fingerprint(take(order())));
  });

  test('has the same fingerprint with bytes that came as plain arrays', () => {
    const data = take(order());
    expect(fingerprint(structuredClone(data))).toBe(fingerprint(data));
  });

  test('that is wrong is not sealed', () => {
    const result = edgeCommand('order', 'PlaceOrder', { ...order(), total: -1 }, sealer);
    expect(result).toEqual({
      outcome: 'invalid',
      violations: [{ pointer: '/total', message: 'must be >= 0' }],
    });
  });

  test.each([
    ['the buyer', 'b1', 'main/b1'],
    ['a guest of one command', null, 'main/guest-c1'],
    ['a name that no subject can hold', 'ü', expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
    ['a name that is too long', 'b'.repeat(128), expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
  ])('belongs to %s', (_name, buyer, expected) => {
    expect(subjectOf('main', buyer, 'c1')).toEqual(expected);
  });

  test('commands without fields differ by their type', () => {
    expect(codec.fingerprint('order', 'ConfirmOrder', {})).not.toBe(
      codec.fingerprint('order', 'SendReminder', {}),
    );
    expect(() => codec.fingerprint('order', 'EatOrder', {})).toThrow(/no command EatOrder/);
  });
});
