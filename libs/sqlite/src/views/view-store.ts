import { EngineError, type ViewBatch, type ViewStore } from '@orderloom/engine';
import { failureOf, type Database } from '../database.ts';
import { documentWriter } from './document-writer.ts';
import { sumWriter } from './list-sums.ts';
import { closeViewFile, openViewFile } from './view-file.ts';
import { checkpointQuery, viewQueries } from './view-queries.ts';

/** The store's error for what SQLite threw: `views-corrupt` (begin again), or `views-unavailable` (try again). */
const viewError = (database: Database, error: unknown): unknown => {
  const failure = failureOf(error);
  if (failure === 'other') return error;
  const message = `${database.file}: ${(error as Error).message}`;
  return failure === 'corrupt'
    ? new EngineError('views-corrupt', message, { retryable: false, cause: error })
    : new EngineError('views-unavailable', message, { retryable: true, cause: error });
};

const naming = <T>(database: Database, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw viewError(database, error);
  }
};

/** The writing side of views-<generation>.db; one per folder, in the views worker. */
export const openViewStore = (folder: string, generation: string): ViewStore => {
  const database = openViewFile(folder, generation);
  const { readStream, parked } = viewQueries(database);
  const documents = documentWriter(database);
  const checkpoints = checkpointKeeper(database);
  const changeSums = sumWriter(database);
  const insertChunk = database.prepare(
    'insert into stream_chunk(stream_id, first_version, count, frames) values (?, ?, ?, ?)',
  );
  const insertParked = database.prepare(
    'insert into parked_event(handler, stream_id, version, reason, recorded_at) values (?, ?, ?, ?, ?)',
  );

  const write = (batch: ViewBatch): void => {
    for (const { view, id } of batch.removals) documents.remove(view, id);
    for (const document of batch.writes) documents.write(document);
    documents.keep();
    changeSums(batch.sums ?? []);
    for (const { streamId, firstVersion, count, frames } of batch.chunks)
      insertChunk.run(streamId, firstVersion, count, frames);
    for (const { handler, streamId, version, reason, recordedAt } of batch.parked)
      insertParked.run(handler, streamId, version, reason, recordedAt);
    checkpoints.keep(batch.checkpoint);
  };
  return {
    checkpoint: () => naming(database, checkpoints.read),
    load: (view, ids) =>
      naming(database, () => {
        const found = ids.flatMap((id) => documents.load(view, id) ?? []);
        return new Map(found.map((document) => [document.id, document]));
      }),
    readStream: (streamId, after, limit) => naming(database, () => readStream(streamId, after, limit)),
    commit: (batch) => {
      try {
        database.transaction(() => write(batch));
      } catch (error) {
        documents.forget();
        throw viewError(database, error);
      }
    },
    parked: () => naming(database, parked),
    close: () => naming(database, () => closeViewFile(database)),
  };
};

const checkpointKeeper = (
  database: Database,
): {
  read: ViewStore['checkpoint'] & (() => ViewBatch['checkpoint']);
  keep: (checkpoint: ViewBatch['checkpoint']) => void;
} => {
  const replace = database.prepare('insert or replace into checkpoint values (1, ?, ?)');
  return {
    read: checkpointQuery(database),
    keep: ({ index, sequences }) => {
      replace.run(index, new Uint8Array(sequences.buffer, sequences.byteOffset, sequences.byteLength));
    },
  };
};
