// What is masked of a message before anybody seals it: whatever opens an account or a card, wherever it stands.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { masked } from './masking.ts';

const json = (value: unknown): string => masked(JSON.stringify(value));

describe('a member whose name says that it opens something', () => {
  test.each(
    [
      ...['password', 'passwd', 'clientSecret', 'access_token', 'Authorization', 'x-signature', 'apiKey'],
      ...[
        'cvv',
        'CVC',
        'pin',
        'cardPin',
        'pan',
        'otp',
        'Set-Cookie',
        'credentials',
        'card_number',
        'cryptogram',
        'cavv',
        'track2',
        'passcode',
        'jwt',
      ],
    ].map((name) => [name]),
  )('%s has no value', (name) => {
    expect(json({ [name]: 'hunter2', amount: 5 })).toBe(`{"${name}":"[masked]","amount":5}`);
  });

  test.each([['shipping'], ['company'], ['pinned'], ['panel'], ['authorizationCode'], ['reference']])(
    '%s says nothing of the kind',
    (name) => {
      expect(json({ [name]: 'kept' })).toBe(`{"${name}":"kept"}`);
    },
  );

  test('has none of any kind, at any depth', () => {
    expect(json({ a: [{ token: { inner: ['x', { y: 'z' }] } }, 1], b: { pin: 1234 } })).toBe(
      '{"a":[{"token":"[masked]"},1],"b":{"pin":"[masked]"}}',
    );
    expect(masked('{"p\\u0061ssword" : "hunter2" }')).toBe('{"p\\u0061ssword" : "[masked]" }');
  });

  test('has none in a message within a message, in a form, a header, an element or JSON that breaks off', () => {
    expect(json({ payload: JSON.stringify({ token: 'x', a: 1 }) })).toBe(
      JSON.stringify({ payload: '{"token":"[masked]","a":1}' }),
    );
    expect(masked('a=1&password=hunter2&b=2')).toBe('a=1&password=[masked]&b=2');
    expect(masked('Authorization: Bearer abc\r\nDate: today')).toBe('Authorization: [masked]\r\nDate: today');
    expect(masked('<pay><password>hunter2</password> Ann</pay>')).toBe(
      '<pay><password>[masked]</password> Ann</pay>',
    );
    expect(json({ url: 'https://bank.example/?token=abc&a=1' })).toBe(
      '{"url":"https://bank.example/?token=[masked]&a=1"}',
    );
    expect(masked('{"a":1,"token":{"b":["secret val')).toBe('{"a":1,"token":"[masked]"');
    expect(masked('{"token":"secret val')).toBe('{"token":"[masked]"');
    expect(masked('{ Authorization: Bearer abc')).toBe('{ Authorization: [masked]');
  });
});

describe('a card number', () => {
  test('is masked as a number, as text, escaped, as a name, and among other digits', () => {
    expect(masked('{"a":4111111111111111,"b":"4111-1111-1111-1111"}')).toBe(
      '{"a":"[masked]","b":"[masked]"}',
    );
    expect(masked('{"a":"4111\\u00201111 1111 1111"}')).toBe('{"a":"[masked]"}');
    expect(masked('{"4111111111111111":1}')).toBe('{"[masked]":1}');
    expect(masked('card 4111 1111 1111 1111 123, thanks')).toBe('card [masked] 123, thanks');
    expect(masked('12 4111111111111111 5500005555555559')).toBe('12 [masked] [masked]');
    expect(masked('{ card 4111 1111 1111 1111 }')).toBe('{ card [masked] }');
  });

  test('is none that is an article, a shipping label, a UUID or a telephone number', () => {
    for (const text of ['4006381333931', 'b-64362104-2937-4248-bcf2-dd70fb11d926', '+49 30 901820 4111111'])
      expect(masked(text)).toBe(text);
  });
});

const cards = fc.constantFrom(
  '4111111111111111',
  '5555 5555 5555 4444',
  '378282246310005',
  '4000-0000-0000-0002',
);
const secretNames = fc.constantFrom(
  'password',
  'apiToken',
  'client_secret',
  'Authorization',
  'cvc',
  'cardPin',
);
const word = fc.stringMatching(/^[a-z]{1,6}$/);
const planted = fc.stringMatching(/^[g-w]{12}$/).map((text) => `Zq${text}`);
/** Any JSON in which some members open something, and some texts hold a card number. */
const messages = planted.chain((secret) => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.tuple(word, cards).map(([before, card]) => `${before} ${card}`),
    fc.tuple(secretNames, word).map(([name, more]) => ({ [name]: [secret, { [more]: secret }] })),
    fc.tuple(secretNames, word).map(([name]) => `x=1&${name}=${secret}&y=2`),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.dictionary(word, tie('value'), { maxKeys: 3 }),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('value').map((inner) => JSON.stringify(inner)),
    ),
  }));
  return fc.record({ secret: fc.constant(secret), value: fc.record({ value, token: fc.constant(secret) }) });
});

test('whatever is planted, nothing of it is left, and JSON stays JSON', () => {
  fc.assert(
    fc.property(messages, fc.constantFrom(undefined, 2), ({ secret, value }, indent) => {
      const text = masked(JSON.stringify(value, null, indent));
      expect(text).not.toContain(secret);
      for (const digits of [
        '4111111111111111',
        '5555 5555 5555 4444',
        '378282246310005',
        '4000-0000-0000-0002',
      ])
        expect(text).not.toContain(digits);
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(masked(text)).toBe(text);
    }),
  );
});

test('what holds nothing of the kind is as it was, byte by byte', () => {
  const dull = fc.jsonValue().map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(dull, (text) => {
      fc.pre(!/passw|secret|token|pin|pan|cv|[=:>]\s{0,8}\S.*\\|\d{13}/i.test(text));
      expect(masked(text)).toBe(text);
    }),
  );
  const odd = '{ "status" :\t"paid",\r\n "amount": 1.50e2, "amount": 2, "payer": "Zo\\u00eb \\/ Ann" }\n';
  expect(masked(odd)).toBe(odd);
});

test('a message that is hard to look through is looked through', () => {
  for (const piece of ['4 ', '4', 'a', 'a ', '"', '\\', '{"', '[', 'token=', '{"token":', '"\\"', 'pin : '])
    for (const before of ['', '{']) {
      const text = masked(before + piece.repeat(65_536 / piece.length));
      expect(text.startsWith(before)).toBe(true);
    }
});
