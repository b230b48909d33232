// Every command that callers may send, broken in every way that its schema knows: each required field missing, each
// type wrong, each bound broken. Generated, so that a new field is tested before anybody thinks of it.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { outsideCommands } from '@orderloom/nest';
import { ask, eventsOf, write, type Answer } from './example/ask.ts';
import { brokenData, soundData } from './example/breaking-schemas.ts';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const AT_ONCE = 16;
const schemas = outsideCommands(domainRegistry({ stepper: tableStepper }));

const ADDRESS: Readonly<Record<string, string>> = {
  order: '/v1/orders/d218cw8dvxj5wjcpj0k45/commands',
  buyer: '/v1/buyers/b-1/commands',
  stock: '/v1/stock/MUG@main/commands',
  parcel: '/v1/parcels/p-1/commands',
  tenant: '/v1/tenants/main/commands',
  job: '/v1/jobs/j-1/commands',
  fulfilment: '/v1/fulfilments/d218cw8dvxj5wjcpj0k45.1/commands',
  edit: '/v1/edits/d218cw8dvxj5wjcpj0k45.a/commands',
  reconciliation: '/v1/reconciliations/2026-11-27.acme/commands',
  journal: '/v1/journals/d218cw8dvxj5wjcpj0k45/commands',
  effect: '/v1/effects/d218cw8dvxj5wjcpj0k45.2.wms/commands',
};

const cases = Object.entries(schemas).flatMap(([stream, commands]) =>
  Object.entries(commands).map(([type, schema]) => ({ stream, type, schema })),
);

let engine: EngineProcess;
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
});
afterAll(() => engine.stop());

const CREATED_AT: Readonly<Record<string, string>> = {
  PlaceOrder: '/v1/orders',
  PlaceItinerary: '/v1/itineraries',
};
const creates = (type: string): boolean => Object.hasOwn(CREATED_AT, type);

const send = (stream: string, type: string, data: unknown): Promise<Answer> =>
  creates(type)
    ? ask(engine.url, CREATED_AT[type]!, write(data as object))
    : ask(engine.url, ADDRESS[stream]!, write({ type, data }));

const inTurns = async <A, B>(values: readonly A[], act: (value: A) => Promise<B>): Promise<B[]> => {
  const results: B[] = [];
  for (let from = 0; from < values.length; from += AT_ONCE)
    results.push(...(await Promise.all(values.slice(from, from + AT_ONCE).map(act))));
  return results;
};

describe.each(cases)('$stream: $type', ({ stream, type, schema }) => {
  const prefix = creates(type) ? '' : '/data';
  const broken = brokenData(schema).filter(({ pointer }) => prefix !== '' || pointer !== '');

  test('broken in every way is refused at that place, and leaves no trace', async () => {
    const before = await eventsOf(engine.url);
    const answers = await inTurns(broken, async ({ how, pointer, data }) => {
      const { status, body, text } = await send(stream, type, data);
      const pointers = ((body['errors'] ?? []) as { pointer: string }[]).map((error) => error.pointer);
      return {
        how,
        at: prefix + pointer,
        status,
        code: body['code'],
        pointers,
        quotes: text.includes('Planted'),
      };
    });
    expect(answers).toEqual(
      answers.map(({ how, at }) => ({
        ...{ how, at, status: 422, code: 'invalid-command', quotes: false },
        pointers: expect.arrayContaining([at]),
      })),
    );
    expect(engine.said()).not.toContain('Planted');
    expect(await eventsOf(engine.url)).toBe(before);
  });

  test('as its schema wants it is not refused by the schema', async () => {
    const { body } = await send(stream, type, soundData(schema));
    expect(body['code']).not.toBe('invalid-command');
  });
});
