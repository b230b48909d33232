// What a stranger may say of a command, and what only a processor may.
import { describe, expect, test } from '@jest/globals';
import { commandRequest, jsonCommands, memorySchemaIds, type CommandRequest } from '@orderloom/engine';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';
import { commandRecords } from './command-record.ts';
import { schemaNumbers } from './schema-numbers.ts';

const codec = jsonCommands();
const commands = commandRecords(codec, schemaNumbers(codec, memorySchemaIds(codec.schemas(), 70_000)), 4);
const AT = { lane: 'commands', now: 5 } as const;

const asRead = ({ key, value, headers = {} }: NewRecord, offset = '9'): ReadRecord => ({
  key: key === null || key === undefined ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, said]) => [name, Buffer.from(said as string)]),
  ),
  ...{ timestamp: '0', attributes: 0, offset },
});

const full: CommandRequest = commandRequest({
  stream: { tenant: 'shop', type: 'account', key: 'k-1' },
  ...{ type: 'Deposit', data: { amount: 5 }, commandId: 'c-1', correlation: 'conversation', actor: 'ann' },
  ...{ businessLine: 'retail', channel: 'app', occurredAt: 1_700_000_000_000, expectedVersion: 3 },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
});
const inner: CommandRequest = {
  ...full,
  ...{
    causation: 'shop/account/k-2/7',
    root: 'c-0',
    hops: 2,
    origin: { tenant: 'shop', type: 'account', key: 'k-2' },
  },
};
const reasonOf = (input: object): unknown => ('reason' in input ? input.reason : undefined);
const to = { slot: 7, replyTo: '3/here' };

describe('a command as a record', () => {
  test('comes back as it was sent, with the address of its answer', () => {
    expect(commands.read(asRead(commands.write(full, to)), AT)).toEqual({
      offset: 9,
      replyTo: '3/here',
      input: full,
    });
  });

  test('carries the section that it was decided upon', () => {
    const decided = { ...full, expectedSection: { name: 'receiver', version: 3 } };
    const record = commands.write(decided, to);
    expect(record.headers?.['expected-section']).toBe('receiver:3');
    expect(commands.read(asRead(record), AT).input).toEqual(decided);
    const headers = { ...record.headers, 'expected-section': 'receiver' };
    expect(commands.read(asRead({ ...record, headers }), AT).input).toMatchObject({ code: 'malformed' });
  });

  test('carries what was said of it by those who were asked', () => {
    const risk = { hook: 'risk', verdict: 'hold', reason: 'too-many', by: 'hook', tookMs: 12 } as const;
    const late = { hook: 'late', verdict: 'pass', reason: null, by: 'time-out', tookMs: 300 } as const;
    const asked = { ...full, verdicts: [risk, late] };
    const record = commands.write(asked, to);
    expect(commands.read(asRead(record), AT).input).toEqual(asked);
    for (const said of ['{}', 'risk', '[{"hook":"risk","verdict":"pass"}]', '[{"verdict":"maybe"}]']) {
      const headers = { ...record.headers, verdicts: said };
      expect(commands.read(asRead({ ...record, headers }), AT).input).toMatchObject({ code: 'malformed' });
    }
  });

  test('has its slot as key and the registry id in front of its value', () => {
    const { key, value } = commands.write(full, to);
    expect(key).toBe('7');
    expect((value as Buffer).subarray(0, 5)).toEqual(Buffer.from([0, 0, 1, 0x11, 0x70]));
  });

  test('carries what a process manager says on the internal lane, and there only', () => {
    const record = asRead(commands.write(inner, { slot: 7, replyTo: null }));
    expect(commands.read(record, { ...AT, lane: 'internal' }).input).toEqual(inner);
    expect(commands.read(record, AT).input).toEqual({
      ...full,
      causation: null,
      root: null,
      hops: 0,
      origin: null,
    });
  });

  test('carries who waits for its cascade on the internal lane only, and what its sender knows on every lane', () => {
    const awaited = { replyTo: '1/there', commandId: 'c-0' };
    const record = asRead(commands.write(inner, { slot: 7, replyTo: null, awaited, tenantVersion: 12 }));
    expect(commands.read(record, { ...AT, lane: 'internal' })).toMatchObject({ awaited, tenantVersion: 12 });
    const said = commands.read(record, AT);
    expect([said.awaited, said.tenantVersion]).toEqual([undefined, 12]);
  });

  test('needs an id, a value and nothing else', () => {
    const { value } = commands.write(full, to);
    const read = commands.read(asRead({ value, headers: { ce_id: 'c-1' } }), AT);
    expect(read).toMatchObject({ replyTo: null, input: { commandId: 'c-1', type: 'Deposit', hops: 0 } });
    expect(read.input).toMatchObject({ stream: { tenant: 'main', type: 'account', key: '' } });
  });

  test.each([
    ['no id', { value: commands.write(full, to).value }, 'ce_id'],
    ['no value', { value: null, headers: { ce_id: 'c-1' } }, 'the value is missing'],
    ['no registry head', { value: '{}', headers: { ce_id: 'c-1' } }, 'zero byte'],
    [
      'an id that nobody knows',
      { value: Buffer.from([0, 0, 0, 0, 9, 1]), headers: { ce_id: 'c-1' } },
      'of id 9',
    ],
    [
      'an expected version that is none',
      { value: commands.write(full, to).value, headers: { ce_id: 'c-1', 'expected-version': 'x' } },
      'expected-version',
    ],
  ] as const)('with %s is a dead letter that says so and quotes nothing', (_, message, reason) => {
    const { input } = commands.read(asRead(message), AT);
    expect(input).toMatchObject({ code: 'malformed', data: '', recordedAt: 5 });
    expect(reasonOf(input)).toContain(reason);
    expect(reasonOf(input)).toContain('record 9 of the commands lane');
  });

  test.each(['3', '4/x', '-1/x', 'x/y', `1/${'z'.repeat(65)}`])('is answered to nobody at %j', (address) => {
    const { value } = commands.write(full, to);
    const headers = { ce_id: 'c-1', 'reply-to': address };
    expect(commands.read(asRead({ value, headers }), AT).replyTo).toBeNull();
  });
});
