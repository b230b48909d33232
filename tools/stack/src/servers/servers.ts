import { elasticsearch, type ElasticsearchOptions } from './elasticsearch.ts';
import { kafka, type KafkaOptions } from './kafka.ts';
import type { Recipe } from './recipe.ts';
import { redis } from './redis.ts';
import { schemaRegistry } from './schema-registry.ts';

/** What may be said of each server that is started. */
export type ServerOptions = {
  readonly kafka: KafkaOptions;
  readonly elasticsearch: ElasticsearchOptions;
  readonly 'schema-registry': object;
  readonly redis: object;
};

export type ServerName = keyof ServerOptions;

const recipes: { readonly [Name in ServerName]: Recipe<ServerOptions[Name]> } = {
  kafka,
  elasticsearch,
  'schema-registry': schemaRegistry,
  redis,
};

export const SERVER_NAMES = Object.keys(recipes) as readonly ServerName[];

export const recipeOf = <Name extends ServerName>(name: Name): Recipe<ServerOptions[Name]> => recipes[name];

/**
 * Why a server cannot be had on this machine, in one line; `undefined` where it can. It asks what is installed, it
 * installs nothing: a suite asks it first, and says `leftOut` with the answer.
 */
export const obstacleTo = (name: ServerName): string | undefined =>
  process.platform === 'win32'
    ? 'the real servers are run on Linux and macOS only'
    : recipeOf(name).obstacle();
