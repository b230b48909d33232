// A start that fails half-way leaves nothing open: the same process can try again on the same folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commandRequest } from '@orderloom/engine';
import { openEmbedded } from './open-embedded.ts';

test('a start that fails while the log is read back gives the folder back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-start-'));
  const { engine, stop } = await openEmbedded({ folder });
  const stream = { tenant: 'main', type: 'tenant', key: 'main' };
  await engine.send(commandRequest({ stream, type: 'CreateTenant', data: {}, commandId: 'first' }));
  await stop();
  rmSync(join(folder, 'snapshot.bin'));

  const failing = openEmbedded({
    folder,
    onRestore: () => {
      throw new Error('the listener is broken');
    },
  });
  await expect(failing).rejects.toThrow('the listener is broken');

  const again = await openEmbedded({ folder });
  expect(again.engine.asOf().head).toBeGreaterThan(0);
  await again.stop();
  rmSync(folder, { recursive: true });
});
