import { statSync } from 'node:fs';
import { EngineError, type ViewReader } from '@orderloom/engine';
import { failureOf, openDatabase, type Database } from '../database.ts';
import { viewFile } from './view-file.ts';
import { viewQueries, type ViewQueries } from './view-queries.ts';

/** How often a reader looks whether its file was replaced, ms: the writer begins a damaged file again. */
const LOOK_EVERY_MS = 500;

type Opened = { readonly database: Database; readonly queries: ViewQueries; readonly inode: number };

/**
 * The reading side of a views file, with a connection of its own, without a time limit (`queryWorker` has one).
 * Follows the file when it is made again. Throws `views-unavailable` while there is none.
 */
export const openViewReader = (folder: string, generation: string): ViewReader => {
  const file = viewFile(folder, generation);
  let opened: Opened | undefined;
  let lookedAt = 0;

  const close = (): void => {
    opened?.database.close();
    opened = undefined;
  };
  const isReplaced = ({ inode }: Opened): boolean => {
    const now = Date.now();
    if (now - lookedAt < LOOK_EVERY_MS) return false;
    lookedAt = now;
    return inodeOf(file) !== inode;
  };
  const ask = async <T>(question: (queries: ViewQueries) => T): Promise<T> => {
    try {
      if (opened !== undefined && isReplaced(opened)) close();
      opened ??= openFile(file);
      return question(opened.queries);
    } catch (error) {
      close();
      if (!isUnderWay(error)) throw error;
      throw new EngineError('views-unavailable', `${file}: the views are being made; try again`, {
        retryable: true,
        cause: error,
      });
    }
  };
  return {
    get: (view, id) => ask((queries) => queries.load(view, id)),
    list: (view, list, before, limit) => ask((queries) => queries.list(view, list, before, limit)),
    search: (view, question) => ask((queries) => queries.search(view, question)),
    readStream: (streamId, after, limit) => ask((queries) => queries.readStream(streamId, after, limit)),
    sums: (view, list) => ask((queries) => queries.sums(view, list)),
    asOf: () => ask((queries) => queries.asOf()),
    parked: () => ask((queries) => queries.parked()),
    close: async () => close(),
  };
};

const inodeOf = (file: string): number => statSync(file).ino;

const openFile = (file: string): Opened => {
  const inode = inodeOf(file);
  const database = openDatabase(file, { readOnly: true });
  try {
    return { database, queries: viewQueries(database), inode };
  } catch (error) {
    database.close();
    throw error;
  }
};

/** The writer has not made the file yet, or not its tables, or is replacing it. */
const isUnderWay = (error: unknown): boolean => {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return failureOf(error) !== 'other' || code === 'ENOENT' || message?.startsWith('no such table') === true;
};
