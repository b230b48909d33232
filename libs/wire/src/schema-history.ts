import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc from 'avsc';
import type { WriterSchema } from '@orderloom/engine';
import { avroCommands, avroEvents, type AvroMessage } from './generated/avro.ts';

type Schema = Omit<WriterSchema, 'id'>;
type Release = { readonly events: readonly AvroMessage[]; readonly commands: readonly AvroMessage[] };

/** Every release has left its schemas here. */
const RELEASES = join(import.meta.dirname, '../golden');

const byVersion = new Intl.Collator('en', { numeric: true });

const releases = (folder: string): readonly Release[] =>
  readdirSync(folder)
    .map((version) => join(folder, version, 'schemas.json'))
    .filter((file) => existsSync(file))
    .sort((a, b) => byVersion.compare(a, b))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Release);

/** Events and commands of this build, as a public log carries them. */
export const publicSchemas = (): readonly Schema[] => [...avroEvents, ...avroCommands].map(schemaOf);

/** Every version of every event and command, in the order in which the releases brought them; those of this build last. */
export const schemaHistory = (folder = RELEASES): readonly Schema[] => {
  const history = new Map<string, Schema>();
  for (const { events, commands } of [...releases(folder), { events: avroEvents, commands: avroCommands }])
    for (const message of [...events, ...commands])
      if (!history.has(message.fingerprint)) history.set(message.fingerprint, schemaOf(message));
  return [...history.values()];
};

const schemaOf = ({ name, fingerprint, schema }: AvroMessage): Schema => ({
  name,
  fingerprint,
  json: JSON.stringify(schema),
});

/**
 * Name and fingerprint of a schema's text: SHA-256 of its canonical form, in which docs, bounds, defaults and spelling
 * do not count. Throws a TypeError where it is no Avro schema with a name.
 */
export const describeSchema = (json: string): Pick<WriterSchema, 'name' | 'fingerprint'> => {
  const type = parsed(json);
  if (type.name === undefined) throw new TypeError('an Avro schema without a name is no message');
  return { name: type.name, fingerprint: hash('sha256', JSON.stringify(type.schema())) };
};

/** What a schema registry is asked about by whoever reads and writes as this build does. */
export const ownSchemas = () => ({ schemas: publicSchemas(), describe: describeSchema });

const parsed = (json: string): avsc.Type => {
  try {
    return avsc.Type.forSchema(JSON.parse(json) as avsc.Schema);
  } catch (cause) {
    throw new TypeError('the text is no Avro schema', { cause });
  }
};
