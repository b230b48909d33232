import { chownSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isCached, mavenFolder, mavenObstacle, serverJava, type MavenPackage } from '../install/maven.ts';
import { freePorts } from '../processes/ports.ts';
import type { ProcessPlan } from '../processes/start-process.ts';
import { unprivileged, type User } from '../processes/unprivileged.ts';
import { answered } from './answers.ts';
import type { Recipe } from './recipe.ts';

const VERSION = '8.19.5';
const PACKAGE: MavenPackage = {
  name: 'elasticsearch',
  version: VERSION,
  artifacts: [`org.elasticsearch.distribution.integ-test-zip:elasticsearch:${VERSION}:zip`],
  form: 'unpacked',
  sha256: '19645dda28b7f92731c090de83a3d9e764f917127436b4265b34aec7dc0942ee',
};

export type ElasticsearchOptions = { readonly nodes?: 1 | 2 };

type Node = { readonly name: string; readonly http: number; readonly transport: number };

/** The distribution is shared and stays as it is: what a node writes, its configuration included, is in its folder. */
const makeFolders = (home: string, folder: string, user: User | undefined): void => {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const name of ['data', 'logs', 'tmp']) mkdirSync(join(folder, name));
  cpSync(join(home, 'config'), join(folder, 'config'), { recursive: true });
  if (user === undefined) return;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  for (const file of [folder, ...files]) chownSync(file, user.uid, user.gid);
};

const settingsOf = (node: Node, all: readonly Node[], folder: string): readonly string[] => {
  const several = [
    `discovery.seed_hosts=${all.map(({ transport }) => `127.0.0.1:${transport}`).join(',')}`,
    `cluster.initial_master_nodes=${all.map(({ name }) => name).join(',')}`,
  ];
  const settings = [
    'cluster.name=orderloom',
    `node.name=${node.name}`,
    'network.host=127.0.0.1',
    `http.port=${node.http}`,
    `transport.port=${node.transport}`,
    `path.data=${join(folder, 'data')}`,
    `path.logs=${join(folder, 'logs')}`,
    'xpack.security.enabled=false',
    'cluster.routing.allocation.disk.threshold_enabled=false',
    ...(all.length === 1 ? ['discovery.type=single-node'] : several),
  ];
  return settings.flatMap((setting) => ['-E', setting]);
};

/** How many nodes a node sees, itself included; 0 while it does not answer. */
const nodesSeenBy = async ({ http }: Node): Promise<number> => {
  const body = await answered(`http://127.0.0.1:${http}/_cluster/health?local=true`);
  return body === undefined ? 0 : (JSON.parse(body) as { number_of_nodes: number }).number_of_nodes;
};

/** The real server without most of its optional modules: no scripts, no ILM, no reindex, no security. */
export const elasticsearch: Recipe<ElasticsearchOptions> = {
  obstacle: () => mavenObstacle(PACKAGE),
  isInstalled: () => isCached(PACKAGE),
  install: () => mavenFolder(PACKAGE),
  layOut: async (folder, { nodes = 1 }) => {
    const home = join(await mavenFolder(PACKAGE), `elasticsearch-${VERSION}`);
    const { home: javaHome } = await serverJava();
    const user = unprivileged('elasticsearch');
    const ports = await freePorts(2 * nodes);
    const all = Array.from({ length: nodes }, (_, index): Node => {
      return { name: `node-${index + 1}`, http: ports[2 * index] ?? 0, transport: ports[2 * index + 1] ?? 0 };
    });
    const plan = (node: Node): ProcessPlan => {
      const own = join(folder, node.name);
      makeFolders(home, own, user);
      return {
        name: nodes === 1 ? 'Elasticsearch' : `Elasticsearch ${node.name}`,
        folder: own,
        log: join(own, 'server.log'),
        command: 'bash',
        args: [join(home, 'bin', 'elasticsearch'), ...settingsOf(node, all, own)],
        env: {
          ES_JAVA_HOME: javaHome,
          ES_JAVA_OPTS: '-Xms512m -Xmx512m',
          ES_PATH_CONF: join(own, 'config'),
          ES_TMPDIR: join(own, 'tmp'),
        },
        user,
        isReady: async () => (await nodesSeenBy(node)) > 0,
      };
    };
    return {
      urls: all.map(({ http }) => `http://127.0.0.1:${http}`),
      nodes: all.map(plan),
      isWhole: async () => (await Promise.all(all.map(nodesSeenBy))).every((seen) => seen >= nodes),
    };
  },
};
