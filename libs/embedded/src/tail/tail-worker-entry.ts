// The first file of the thread that reads the log for readers outside: beside the thread that decides, not on it.
import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import type { TailAsked, TailTold, TailWorkerData } from './tail-protocol.ts';
import { tailStep } from './tail-step.ts';

const log = readLog((workerData as TailWorkerData).folder);
const codec = wireCodec();
codec.bind(log.schemas);

const told = (asked: TailAsked): TailTold => {
  try {
    return { id: asked.id, step: tailStep(log, codec, asked) };
  } catch (error) {
    const { code, retryable } =
      error instanceof EngineError ? error : { code: 'internal-error', retryable: false };
    return { id: asked.id, failed: { code, retryable, message: (error as Error).message } };
  }
};

parentPort?.on('message', (asked: TailAsked) => {
  parentPort?.postMessage(told(asked));
});
