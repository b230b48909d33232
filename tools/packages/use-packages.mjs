// Runs in a folder where the packages were installed from their tarballs, and uses each that this Node can run: what a
// tarball lacks is noticed by what it does, not by its list of files. Prints what each gave, as JSON.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const order = {
  ...{ buyerId: 'b-1', currency: 'EUR', total: 1_249 },
  lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1_249 }],
};

const inFolder = async (use) => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-packages-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const placeEmbedded = (load) =>
  inFolder(async (folder) => {
    const { openEmbedded, ensureTenant } = await load('embedded');
    const { connect } = await load('client');
    const embedded = await openEmbedded({ folder });
    await ensureTenant(embedded.engine, 'main');
    const { outcome } = await (await connect({ embedded })).orders.place(order);
    await embedded.stop();
    return outcome;
  });

/** Package -> one use of it. */
const uses = {
  decider: (lib) => lib.slotOf('main', 'b-1'),
  domain: (lib) => lib.domainRegistry({ stepper: lib.tableStepper }).types.length,
  views: (lib) => lib.projections.length,
  engine: (lib) => lib.memoryEventLog({ disk: lib.memoryDisk() }).head(),
  wire: (lib) => lib.schemaHistory().length,
  runtime: (lib) => typeof lib.readConfig({}),
  redis: (lib) => Object.keys(lib).length,
  elasticsearch: (lib) => lib.searchGeneration(['a']),
  'schema-registry': (lib) => lib.openSchemaIds.length,
  http: (lib) => Object.keys(lib.EDGE_PROBLEMS).length,
  client: async (lib) => {
    const client = await lib.connect({ http: { url: 'http://127.0.0.1:1' }, timeoutMs: 50 });
    return (await client.orders.place(order)).outcome;
  },
  kafka: (lib) => lib.topicNames().events,
  distributed: (lib) => lib.searchPlace('a').prefix,
  sqlite: (lib) => inFolder((folder) => void lib.openKeyStore(folder).close()),
  embedded: (_, load) => placeEmbedded(load),
  tracing: (lib) => typeof lib.spanMaker('server'),
  effects: async ({ webhookHandler }) => {
    const { perform } = webhookHandler({ origins: new Map(), now: Date.now });
    return (await perform({ url: 'http://127.0.0.1:1/' })).code;
  },
  nest: (lib) => lib.OrderloomModule.forRoot({ embedded: { folder: '' } }).controllers.length,
};

const folderOf = (name) => join(process.cwd(), 'node_modules/@orderloom', name);
const load = (name) => import(pathToFileURL(join(folderOf(name), 'dist/index.js')).href);
const parts = (version) => version.split('.').map(Number);
const runsHere = (name) => {
  const { engines } = JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8'));
  const [major, minor] = parts(engines.node.slice('>='.length));
  const [ourMajor, ourMinor] = parts(process.versions.node);
  return ourMajor > major || (ourMajor === major && ourMinor >= minor);
};

const given = {};
for (const [name, use] of Object.entries(uses))
  if (runsHere(name)) given[name] = (await use(await load(name), load)) ?? null;
process.stdout.write(JSON.stringify(given));
