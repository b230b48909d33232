import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf, timed, writeBare } from './on-elasticsearch.ts';
import { fullWindows } from './order-log.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderloom-bare-bulk-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the bare loop is measured: the indices take each document of a window', async () => {
  const content = await contentOf(folder, 30, fullWindows);
  expect(await timed(content, 'ci', writeBare)).toMatchObject({ written: expect.any(Number) });
});
