// The product without one mechanism: ripe deadlines are decided before the commands that wait. A null control, started
// by stopped.e2e.spec.ts: node tools/deadlines/eager-deadlines.ts DIR
import { rejections } from '@orderloom/domain';
import { ensureTenant, openEmbedded } from '@orderloom/embedded';
import { allMechanisms } from '@orderloom/engine';
import { createHttpServer, type JsonSchema } from '@orderloom/http';
import { jsonLogger, metricsRegistry } from '@orderloom/runtime';
import { presentDocument } from '@orderloom/views';
import { edgeCommand, edgeCommandSchemas, holdsCardNumber, jsonEvent } from '@orderloom/wire';

const folder = process.argv[2] ?? '';
const { engine, keyStore, registry } = await openEmbedded({
  folder,
  mechanisms: { ...allMechanisms, deadlinesAfterInput: false },
});
await ensureTenant(engine, 'main');
const server = await createHttpServer({
  engine,
  prepareCommand: (streamType, commandType, body, sender) =>
    edgeCommand(streamType, commandType, body, { ...sender, keyStore }),
  holdsCardNumber,
  precheck: () => undefined,
  timeOf: () => ({ now: Date.now(), isLive: true }),
  present: presentDocument,
  presentEvent: jsonEvent,
  describeLifecycle: () => undefined,
  commands: Object.fromEntries(
    registry.types.map(({ name }) => [name, { ...edgeCommandSchemas[name] } as Record<string, JsonSchema>]),
  ),
  rejections: Object.fromEntries(Object.entries(rejections).map(([code, { meaning }]) => [code, meaning])),
  clock: Date.now,
  idempotencyWindowMs: 0,
  cursorKey: keyStore.tokenKey('list-cursors'),
  build: { version: 'null-control', profile: 'embedded', durability: 'full' },
  metrics: metricsRegistry(),
  log: jsonLogger({ level: 'silent' }),
});
await server.listen(0, '127.0.0.1');
process.stdout.write(`Orderloom serves ${server.url()}\n`);
