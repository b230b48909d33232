// node tools/run.mjs --conditions=@orderloom/source tools/record-golden.mjs VERSION
// node tools/run.mjs tools/record-golden.mjs --schemas-only FILE
//
// Leaves a release's schemas and one stream a stream type, every event poor and rich, in libs/wire/golden/VERSION/.
// Later releases must read them for ever, so a recorded release is never recorded again.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { avroSchemas } from './generate/avro.mjs';
import { sampleOf } from './generate/samples.mjs';
import { readSchemas } from './generate/schema-model.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const model = readSchemas(join(root, 'schemas'));
if (model.problems.length > 0) throw new Error(model.problems.join('\n'));
const schemas = avroSchemas(model);
const [first, second] = process.argv.slice(2);

function write(path, content) {
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : json(content));
  process.stdout.write(`wrote ${path}\n`);
}
const json = (value) => `${JSON.stringify(value, null, 1)}\n`;

/** The events of one stream, chained as an engine would chain them. */
function* streamOf({ name, events }) {
  const stream = { tenant: 'main', type: name, key: 'golden' };
  let version = 0;
  for (const record of events)
    for (const rich of [false, true]) {
      version += 1;
      const optional = (value) => (rich ? value : null);
      yield {
        stream,
        version,
        type: record.name,
        data: sampleOf(model, record, rich),
        slot: 700,
        sequence: version,
        recordedAt: Date.UTC(2026, 0, 1) + version,
        commandId: `golden-${version}`,
        commandFingerprint: 'fingerpr',
        prev: '',
        causation: optional('main/order/golden/1'),
        correlation: optional('conversation'),
        root: optional('golden-0'),
        hops: rich ? 3 : 0,
        traceparent: optional('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
        actor: optional('Ångström'),
        businessLine: optional('retail'),
        channel: optional('web'),
        occurredAt: optional(Date.UTC(2025, 11, 31)),
      };
    }
}

async function record(folder) {
  const { jsonEvent, wireCodec } = await import('@orderloom/wire');
  const codec = wireCodec();
  codec.bind(codec.schemas().map((schema, id) => ({ ...schema, id })));
  const target = Buffer.alloc(1 << 22);
  for (const stream of model.streams) {
    let at = 0;
    let prev = '';
    const events = [];
    for (const event of streamOf(stream)) {
      const chained = { ...event, prev };
      at = codec.writeFrame(chained, target, at);
      prev = codec.lastIdentity();
      events.push({ identity: Buffer.from(prev, 'latin1').toString('base64'), event: jsonEvent(chained) });
    }
    write(join(folder, `${stream.name}.frames`), Buffer.from(target.subarray(0, at)));
    write(join(folder, `${stream.name}.json`), events);
  }
}

if (first === '--schemas-only') write(second, schemas);
else if (!/^\d+\.\d+\.\d+$/.test(first ?? '')) throw new Error('say which version: record-golden.mjs 0.1.0');
else {
  const folder = join(root, 'libs', 'wire', 'golden', first);
  if (existsSync(join(folder, 'schemas.json')))
    throw new Error(`${first} is recorded already, and golden files are for ever`);
  mkdirSync(folder, { recursive: true });
  await record(folder);
  write(join(folder, 'schemas.json'), schemas);
}
