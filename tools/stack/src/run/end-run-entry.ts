// node end-run-entry.ts RUN_FOLDER: ends every server of a test run.
import { endServer, readRecords } from './records.ts';

const run = process.argv[2];
if (run === undefined) throw new Error('end-run-entry RUN_FOLDER');
await Promise.all(readRecords(run).map((record) => endServer(run, record)));
