import { domainRegistry, tableStepper } from '@orderloom/domain';
import { readLog, type LogReader } from '@orderloom/sqlite';
import type { LogEvent } from '@orderloom/testing';
import { wireCodec } from '@orderloom/wire';

/** The stream types of the product. */
export const registry = domainRegistry({ stepper: tableStepper });

/** The events of groups that a log with these schemas holds. */
export const eventsOf = (
  schemas: LogReader['schemas'],
  groups: Iterable<{ readonly frames: Uint8Array }>,
): LogEvent[] => {
  const codec = wireCodec();
  codec.bind(schemas);
  const events: LogEvent[] = [];
  for (const { frames } of groups) {
    const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0; at < bytes.length;) {
      const { event, identity, end } = codec.readFrame(bytes, at);
      events.push({ ...event, identity });
      at = end;
    }
  }
  return events;
};

/** Every event in the log of a folder, in its order; read from the file, without an engine. */
export const readEvents = (folder: string): LogEvent[] => {
  const log = readLog(folder);
  try {
    return eventsOf(log.schemas, log.read(0));
  } finally {
    log.close();
  }
};
