import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@orderloom/decider';
import { commandRequest, type CommandRequest, type CommandResult } from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import { ensureTenant } from './ensure-tenant.ts';
import { openEmbedded, type Embedded, type EmbeddedOptions } from './open-embedded.ts';

const folders: string[] = [];
const running = new Set<Embedded>();

/** A data folder of its own, until `cleanUp`. */
export const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-embedded-'));
  folders.push(folder);
  return join(folder, 'data');
};

/** Stops what still runs and removes every folder. */
export const cleanUp = async (): Promise<void> => {
  for (const embedded of running) await embedded.stop();
  running.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

type ExampleEngine = Embedded & {
  readonly send: (request: CommandRequest) => Promise<CommandResult>;
  /** Sends what must be accepted; throws the refusal where it is not. */
  readonly done: (request: CommandRequest) => Promise<CommandResult>;
};

/** The embedded engine over a folder; nothing is published yet. */
export const openEngine = async (folder: string, options: Omit<EmbeddedOptions, 'folder'> = {}) => {
  const embedded = await openEmbedded({ folder, ...options });
  running.add(embedded);
  const send = (request: CommandRequest): Promise<CommandResult> => embedded.engine.send(request);
  const engine: ExampleEngine = {
    ...embedded,
    send,
    done: async (request) => {
      const result = await send(commandRequest(request));
      if (result.outcome !== 'accepted')
        throw new Error(`${request.type}: ${result.outcome} ${result.rejection?.reason ?? ''}`);
      return result;
    },
    stop: async () => {
      running.delete(embedded);
      await embedded.stop();
    },
  };
  return engine;
};

/** The same with its tenant `main`, as a start makes it. */
export const startEngine = async (folder: string, options: Omit<EmbeddedOptions, 'folder'> = {}) => {
  const engine = await openEngine(folder, options);
  try {
    await ensureTenant(engine.engine, 'main', options.lifecycles);
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
};

/** Every event in a folder's log, read from the file without an engine. */
export const eventsOf = (folder: string): readonly RecordedEvent[] => {
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const events: RecordedEvent[] = [];
  for (const { frames } of log.read(0)) {
    const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0; at < bytes.length;) {
      const { event, end } = codec.readFrame(bytes, at);
      events.push(event);
      at = end;
    }
  }
  log.close();
  return events;
};

/** Streams in which an event was recorded before the one in front of it. */
export const streamsRunningBackwards = (events: readonly RecordedEvent[]): readonly string[] => {
  const last = new Map<string, number>();
  return events.flatMap(({ stream, version, recordedAt }) => {
    const id = `${stream.tenant}/${stream.type}/${stream.key}`;
    const before = last.get(id) ?? 0;
    last.set(id, recordedAt);
    return recordedAt < before ? [`${id}/${String(version)}`] : [];
  });
};
