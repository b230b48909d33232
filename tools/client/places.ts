// Engines for the client's contract, each reached in its own way.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@orderloom/client';
import { ensureTenant, openEmbedded } from '@orderloom/embedded';
import { engineProcess } from '@orderloom/testing';

/** A running engine, and how a client gets to it. */
export type Place = { readonly connection: Connection; readonly stop: () => Promise<unknown> };

/** An engine in this process over a folder of its own. */
export const embeddedPlace = async (): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-client-'));
  const embedded = await openEmbedded({ folder: join(folder, 'data') });
  await ensureTenant(embedded.engine, 'main');
  return {
    connection: { embedded },
    stop: async () => {
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The command service in a process of its own. */
export const httpPlace = async (): Promise<Place> => {
  const engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'));
  return { connection: { http: { url: engine.url } }, stop: engine.stop };
};
