// node tools/run.mjs tools/schema-check.mjs [--schemas FOLDER] [--releases FOLDER]
//
// Compares schemas/ with the schemas of every release, in both directions. Exit code 1 where one cannot read the other.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { avroSchemas } from './generate/avro.mjs';
import { incompatibilities, releases } from './generate/compatibility.mjs';
import { readSchemas } from './generate/schema-model.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    schemas: { type: 'string', default: join(root, 'schemas') },
    releases: { type: 'string', default: join(root, 'libs', 'wire', 'golden') },
  },
});

const model = readSchemas(values.schemas);
if (model.problems.length > 0) {
  process.stdout.write(`${model.problems.join('\n')}\n`);
  process.exit(1);
}
const present = avroSchemas(model);
const known = releases(values.releases);
const broken = known.flatMap((release) => incompatibilities(release, present));
for (const line of broken) process.stdout.write(`${line}\n`);
const count = present.events.length + present.commands.length;
const versions = known.map(({ version }) => version).join(', ') || 'no release';
process.stdout.write(`${count} messages compared with ${versions}: ${broken.length} broken\n`);
process.exitCode = broken.length > 0 ? 1 : 0;
