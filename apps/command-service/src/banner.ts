import { resolve } from 'node:path';
import type { Config } from '@orderloom/runtime';

const SURVIVES = {
  full: 'an acknowledged command survives kill -9 and a power cut (fsync before every answer)',
  off: 'WARNING: an acknowledged command survives kill -9, NOT a power cut (no fsync)',
} as const;

/** What a start prints: where it serves, where the data is, and what an acknowledgement is worth. */
export const banner = (config: Config, url: string | undefined): string =>
  config.profile === 'kafka' ? kafkaBanner(config, url) : embeddedBanner(config, url ?? '');

const kafkaBanner = (config: Config, url: string | undefined): string =>
  [
    url === undefined ? 'Orderloom decides, without HTTP' : `Orderloom serves ${url}`,
    `  kafka       ${config.kafkaBrokers.join(', ')}, topics ${config.kafkaPrefix}.*, ${String(config.kafkaPartitions)} partitions`,
    '  durability  an acknowledged command survives what the topics survive: see orderloom topics apply',
    `  keys        ${resolve(config.data)}`,
    `  lifecycle   ${config.lifecycle}`,
    '  stop        Ctrl-C',
    '',
  ].join('\n');

const embeddedBanner = (config: Config, url: string): string =>
  [
    `Orderloom serves ${url}`,
    `  data        ${resolve(config.data)}`,
    `  durability  ${config.durability}: ${SURVIVES[config.durability]}`,
    `  lifecycle   ${config.lifecycle}`,
    '  stop        Ctrl-C',
    '',
  ].join('\n');
