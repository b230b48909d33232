// Who decides upon one part of an order is not disturbed by who works on another; of all who decide upon the same part,
// one wins.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CommandRequest, CommandResult } from '@orderloom/engine';
import { edgeCommand } from '@orderloom/wire';
import { command, place, placement } from './example-commands.ts';
import { aFolder, cleanUp, startEngine } from './example-engine.ts';

afterEach(cleanUp);

type Engine = Awaited<ReturnType<typeof startEngine>>;
const WRITERS = 200;
const SECTIONS = ['payment', 'fulfilment', 'receiver', 'note'] as const;
type Section = (typeof SECTIONS)[number];

const orders = (engine: Engine, count: number): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const data = placement({ lifecycle: 'terms', buyerId: `buyer-${n}` });
      return (await engine.done(place(data, `place-${n}`))).stream.key;
    }),
  );

/** A write to each section of an order; the order is its buyer's n-th. */
const write = (engine: Engine, section: Section, orderId: string, n: number): CommandRequest => {
  const commandId = `${section}-${orderId}-${n}`;
  const to = (type: string, data: object) => command({ type: 'order', key: orderId }, type, data, commandId);
  switch (section) {
    case 'payment':
      return to('ConfirmOrder', {});
    case 'fulfilment':
      return to('PickLines', { lines: [{ lineId: 'a', quantity: 1 }] });
    case 'note':
      return to('AddNote', { text: 'rings twice' });
    case 'receiver': {
      const said = { buyerId: 'buyer-0', receiver: { name: `Ann ${n}` } };
      const sealer = { keyStore: engine.keyStore, tenant: 'main', commandId };
      const made = edgeCommand('order', 'EditReceiver', said, sealer);
      if (made.outcome !== 'valid') throw new Error('no receiver');
      return to('EditReceiver', made.data);
    }
  }
};

/** The receiver is sealed for whoever has bought. */
const ofBuyer = (request: CommandRequest, n: number): CommandRequest =>
  request.type === 'EditReceiver'
    ? { ...request, data: { ...request.data, buyerId: `buyer-${n}` } }
    : request;

const outcomes = (results: readonly CommandResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

describe('two hundred writers', () => {
  const onEverySection = async (expecting: (section: Section) => Partial<CommandRequest>) => {
    const engine = await startEngine(aFolder());
    const keys = await orders(engine, WRITERS / SECTIONS.length);
    const writes = keys.flatMap((key, n) =>
      SECTIONS.map((section) => ({
        ...ofBuyer(write(engine, section, key, n), n),
        ...expecting(section),
      })),
    );
    return outcomes(await Promise.all(writes.map(engine.send)));
  };

  test('7.1 on different sections all win', async () => {
    const expecting = (name: Section) => ({ expectedSection: { name, version: 1 } });
    expect(await onEverySection(expecting)).toEqual({ accepted: WRITERS });
  });

  test('7.1 null control: that name the version of the whole order win one an order', async () => {
    expect(await onEverySection(() => ({ expectedVersion: 1 }))).toEqual({
      ...{ accepted: WRITERS / 4, conflict: (WRITERS / 4) * 3 },
    });
  });

  test.each(['receiver', 'note'] as const)('7.1 on one %s win once', async (section) => {
    const engine = await startEngine(aFolder());
    const [key = ''] = await orders(engine, 1);
    const writes = Array.from({ length: WRITERS }, (_, n) => ({
      ...write(engine, section, key, n),
      expectedSection: { name: section, version: 1 },
    }));
    expect(outcomes(await Promise.all(writes.map(engine.send)))).toEqual({
      ...{ accepted: 1, conflict: WRITERS - 1 },
    });
  });
});

test('an edit that was decided upon nothing is refused, and a conflict says what to decide upon', async () => {
  const engine = await startEngine(aFolder());
  const [key = ''] = await orders(engine, 1);
  const blind = await engine.send(write(engine, 'receiver', key, 1));
  expect(blind).toMatchObject({ outcome: 'refused', rejection: { code: 'precondition-required' } });
  const upon = (version: number) => ({ expectedSection: { name: 'receiver', version } });
  await engine.done({ ...write(engine, 'receiver', key, 2), ...upon(1) });
  expect(await engine.send({ ...write(engine, 'receiver', key, 3), ...upon(1) })).toMatchObject({
    ...{ outcome: 'conflict', sections: { payment: 1, fulfilment: 1, receiver: 2, note: 1 } },
  });
  expect(await engine.engine.explain({ tenant: 'main', type: 'order', key })).toMatchObject({
    sections: { receiver: 2 },
  });
});
