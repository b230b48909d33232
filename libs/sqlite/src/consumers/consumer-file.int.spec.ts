import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { groupProgressContract } from '@orderloom/testing';
import { openConsumerFile } from './consumer-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderloom-consumers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

groupProgressContract({
  name: 'consumers.db',
  open: async (group) => {
    const file = openConsumerFile(folder);
    const progress = file.progressOf(group);
    return { ...progress, close: async () => file.close() };
  },
});
