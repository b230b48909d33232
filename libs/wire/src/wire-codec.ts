import type { Codec, FrameParts } from '@orderloom/engine';
import { commandFingerprints } from './fingerprint.ts';
import { frameParts } from './frame-parts.ts';
import { frameReader, frameWriter } from './frame.ts';
import { avroCommands, avroEvents, type AvroMessage } from './generated/avro.ts';
import { cloudEventsType } from './json.ts';
import { schemaTable, type SchemaTable } from './schema-table.ts';
import { upcasters, type Upcaster } from './upcasters.ts';
import { validateSealed } from './validation.ts';

/** What a codec speaks; every part defaults to the messages of this build. */
export type WireOptions = {
  readonly events?: readonly AvroMessage[];
  readonly upcasters?: readonly Upcaster[];
};

/**
 * Events as Avro behind a hand-written envelope, 100-200 bytes a frame.
 * One codec belongs to one log: `bind` gives it that log's numbering of schemas.
 */
export const wireCodec = (options: WireOptions = {}): Codec & FrameParts => {
  const events = options.events ?? avroEvents;
  const steps = options.upcasters ?? upcasters;
  let table: SchemaTable | undefined;
  const bound = (): SchemaTable => {
    if (!table) throw new TypeError('bind() comes before the first frame');
    return table;
  };
  const frames = frameWriter();
  return {
    writeFrame: (event, target, at) =>
      frames.write(event, bound().writer(event.stream.type, event.type), target, at),
    lastIdentity: frames.identity,
    readFrame: frameReader((id) => bound().reader(id)),
    ...frameParts(
      (id) => bound().reader(id),
      (streamType, eventType) => cloudEventsType(streamType, eventType) ?? eventType,
    ),
    schemaOf: (id) => bound().stored(id),
    fingerprint: commandFingerprints(avroCommands),
    validate: validateSealed,
    schemas: () =>
      events.map(({ name, fingerprint, schema }) => ({ name, fingerprint, json: JSON.stringify(schema) })),
    bind: (schemas) => {
      table = schemaTable(events, steps, schemas);
    },
  };
};
