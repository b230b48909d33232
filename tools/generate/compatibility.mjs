// FULL_TRANSITIVE: this build reads what every release wrote, and every release reads what this build writes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc from 'avsc';

const byVersion = new Intl.Collator('en', { numeric: true });

/** Every release that has left its schemas, oldest first: `{ version, schemas: { events, commands, clear } }`. */
export function releases(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((version) => existsSync(join(folder, version, 'schemas.json')))
    .sort((a, b) => byVersion.compare(a, b))
    .map((version) => ({
      version,
      schemas: JSON.parse(readFileSync(join(folder, version, 'schemas.json'), 'utf8')),
    }));
}

const typeOf = (schema) => avsc.Type.forSchema(structuredClone(schema));

function whyUnreadable(reader, writer) {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/** What the present schemas break for readers and writers of one release, in sentences. */
export function incompatibilities({ version, schemas }, present) {
  const broken = [];
  for (const kind of ['events', 'commands', 'clear']) {
    const now = new Map(present[kind].map((message) => [message.name, message]));
    for (const before of schemas[kind]) {
      const after = now.get(before.name);
      if (!after) {
        broken.push(`${before.name} is gone; ${version} has it, and what is in a log stays there`);
        continue;
      }
      if (after.fingerprint === before.fingerprint) continue;
      const backward = whyUnreadable(after.schema, before.schema);
      const forward = whyUnreadable(before.schema, after.schema);
      if (backward) broken.push(`${before.name}: this build cannot read what ${version} wrote (${backward})`);
      if (forward) broken.push(`${before.name}: ${version} cannot read what this build writes (${forward})`);
    }
  }
  return broken;
}
