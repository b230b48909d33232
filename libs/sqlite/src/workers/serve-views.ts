import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readLog } from '../log/event-log.ts';
import { dropViewFile, viewFile } from '../views/view-file.ts';
import { openViewStore } from '../views/view-store.ts';
import { ViewsLoop } from './views-loop.ts';
import type { FromViewsWorker, ProjectorFactory, ToViewsWorker, ViewsWorkerData } from './views-protocol.ts';

/** The life of a views worker: an app's entry file calls it, and nothing else. Ends when it is told to stop. */
export const serveViewsWorker = async (createProjector: ProjectorFactory): Promise<void> => {
  const port = parentPort;
  if (port === null) throw new Error('serveViewsWorker runs in a worker thread only');
  const { folder, generation, head, windowMs, data } = workerData as ViewsWorkerData;
  const log = readLog(folder);
  const inode = (): number | undefined =>
    statSync(viewFile(folder, generation), { throwIfNoEntry: false })?.ino;
  let opened: number | undefined;
  const loop = new ViewsLoop({
    head,
    windowMs,
    openStore: () => {
      const store = openViewStore(folder, generation);
      opened = inode();
      return store;
    },
    isReplaced: () => inode() !== opened,
    dropStore: () => dropViewFile(folder, generation),
    createProjector: (store) => createProjector(store, { schemas: log.schemas, data }),
    read: log.read,
    report: (message: FromViewsWorker) => port.postMessage(message),
  });
  port.on('message', (message: ToViewsWorker) => loop.take(message));
  await loop.run();
  log.close();
  port.close();
};
