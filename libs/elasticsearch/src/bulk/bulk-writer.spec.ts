// What becomes of a window of documents while Elasticsearch is well, busy, away, or will not have one of them.
import { describe, expect, test } from '@jest/globals';
import { errors } from '@elastic/elasticsearch';
import { turns, virtualClock } from '@orderloom/testing';
import { viewsLost } from '../failures.ts';
import type { Operation } from '../operations.ts';
import type { BulkAnswer } from './bulk-outcome.ts';
import { bulkWriter } from './bulk-writer.ts';

type Answer = readonly number[] | Error;

const status = (code: number, type = '') => ({
  index: code < 300 ? { status: code } : { status: code, error: { type } },
});
const refusal = (code: number, type = ''): Error =>
  new errors.ResponseError({ statusCode: code, body: { error: { type } } } as never);
const away = (): Error => new errors.ConnectionError('nobody there');
const operation = (id: string, bytes = 10): Operation => ({
  to: 'views-writes',
  id,
  version: 1,
  source: JSON.stringify({ padding: 'x'.repeat(bytes) }),
});
const some = (...ids: string[]): Operation[] => ids.map((id) => operation(id));

/** A server that answers from a script, and then takes everything. */
const setUp = (...script: (Answer | readonly { index: { status: number } }[])[]) => {
  const clock = virtualClock(0);
  const requests: string[][] = [];
  const send = async (lines: string[]): Promise<BulkAnswer> => {
    const ids = lines
      .filter((_, at) => at % 2 === 0)
      .map((line) => (JSON.parse(line) as { index: { _id: string } }).index._id);
    requests.push(ids);
    const answer = script.shift() ?? ids.map(() => 200);
    if (answer instanceof Error) throw answer;
    return { items: answer.map((item) => (typeof item === 'number' ? status(item) : item)) };
  };
  const writer = bulkWriter({ send, clock, patienceMs: 30_000, lost: viewsLost });
  /** The write, while time passes as it asks for. */
  const write = async (operations: readonly Operation[]): Promise<string> => {
    let outcome: string | undefined;
    void writer.write(operations).then(
      () => (outcome = 'written'),
      (error: unknown) => (outcome = (error as { code: string }).code),
    );
    await turns();
    while (outcome === undefined) {
      clock.advance(50);
      await turns();
    }
    return outcome;
  };
  return { clock, requests, writer, write };
};

describe('a window of documents', () => {
  test('goes in one request where it fits', async () => {
    const { write, requests } = setUp();
    expect(await write(some('a', 'b', 'c'))).toBe('written');
    expect(requests).toEqual([['a', 'b', 'c']]);
  });

  test('goes in several requests where it is large', async () => {
    const { write, requests } = setUp();
    const large = ['a', 'b', 'c'].map((id) => operation(id, 3_000_000));
    expect(await write(large)).toBe('written');
    expect(requests).toEqual([['a'], ['b'], ['c']]);
  });

  test('is sent again item by item, only what was not taken', async () => {
    const { write, requests } = setUp([200, 429, 503], [200, 503]);
    expect(await write(some('a', 'b', 'c'))).toBe('written');
    expect(requests).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  });

  test('counts what was overtaken by something newer as written', async () => {
    const { write, requests } = setUp([200, 409]);
    expect(await write(some('a', 'b'))).toBe('written');
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['a busy server', refusal(429)],
    ['an unavailable server', refusal(503)],
    ['a server that is away', away()],
    ['an answer that did not come in time', new errors.TimeoutError('late')],
    ['an index that is blocked', refusal(403, 'cluster_block_exception')],
  ])('waits for %s, ever longer', async (_, answer) => {
    const { write, requests, clock } = setUp(answer, answer, answer);
    expect(await write(some('a'))).toBe('written');
    expect(requests).toHaveLength(4);
    expect(clock.now()).toBe(50 + 100 + 200);
  });

  test('shrinks its requests while the server is busy, and not while it is away', async () => {
    const operations = Array.from({ length: 30 }, (_, at) => operation(`o-${at}`, 100_000));
    const busy = setUp(refusal(429), refusal(429));
    await busy.write(operations);
    expect(busy.requests.slice(0, 3).map(({ length }) => length)).toEqual([30, 20, 10]);
    const gone = setUp(away(), away());
    await gone.write(operations);
    expect(gone.requests.map(({ length }) => length)).toEqual([30, 30, 30]);
  });

  test('is cut smaller where the server calls it too large', async () => {
    const { write, requests } = setUp(refusal(413), refusal(413));
    const operations = Array.from({ length: 30 }, (_, at) => operation(`o-${at}`, 100_000));
    expect(await write(operations)).toBe('written');
    expect(new Set(requests.flat()).size).toBe(30);
  });

  test('gives up after half a minute without progress, for somebody to try again', async () => {
    const { write, clock } = setUp(...Array.from({ length: 100 }, away));
    expect(await write(some('a'))).toBe('views-unavailable');
    expect(clock.now()).toBeGreaterThanOrEqual(30_000);
    expect(clock.now()).toBeLessThan(36_000);
  });

  test('goes on for as long as there is progress', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `o-${at}`);
    const script = ids.flatMap((_, at) => [
      away(),
      away(),
      ids.slice(at).map((_, of) => (of === 0 ? 200 : 503)),
    ]);
    const { write } = setUp(...script);
    expect(await write(some(...ids))).toBe('written');
  });

  test('names the document that will never be taken, after it has written the others', async () => {
    const refused = [status(400, 'strict_dynamic_mapping_exception'), status(429), status(201)];
    const { writer, clock, requests } = setUp(refused);
    const written = expect(writer.write(some('order/main/o-1', 'b', 'c'))).rejects.toMatchObject({
      code: 'document-refused',
      retryable: false,
      message: expect.stringContaining('order/main/o-1 (strict_dynamic_mapping_exception)'),
    });
    await turns();
    clock.advance(50);
    await written;
    expect(requests).toEqual([['order/main/o-1', 'b', 'c'], ['b']]);
  });

  test('names the one document that is too large alone', async () => {
    expect(await setUp(refusal(413)).write(some('a'))).toBe('document-refused');
  });

  test.each([
    ['an item', [status(404, 'index_not_found_exception')]],
    ['a request', refusal(404, 'index_not_found_exception')],
  ])('stops where %s says that the index is gone', async (_, answer) => {
    const { write, requests } = setUp(answer);
    expect(await write(some('a'))).toBe('views-corrupt');
    expect(requests).toHaveLength(1);
  });

  test('is tried no more once the writer is stopped', async () => {
    const { writer, requests } = setUp(away(), away());
    const written = expect(writer.write(some('a'))).rejects.toMatchObject({ code: 'views-unavailable' });
    await turns();
    writer.stop();
    await written;
    expect(requests).toHaveLength(2);
  });

  test('passes on what is no failure of the server', async () => {
    const { writer } = setUp(new TypeError('a bug'));
    await expect(writer.write(some('a'))).rejects.toThrow('a bug');
  });
});
