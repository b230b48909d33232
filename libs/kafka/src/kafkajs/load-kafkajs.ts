import { createRequire } from 'node:module';
import type * as KafkaJs from 'kafkajs';
import { hideAllAborted } from './aborted-transactions.ts';
import { encodeHeadersInTheirSize } from './header-encoder.ts';
import { stopIdleTimers } from './idle-timers.ts';
import { letGoOnce } from './let-go-once.ts';
import { openOneSocket } from './one-socket.ts';
import { sendEachOnce } from './whole-sends.ts';
import { addZstd } from './zstd.ts';

const require = createRequire(import.meta.url);

// Before kafkajs itself: its modules keep what they were given when they were first loaded.
encodeHeadersInTheirSize(require);
hideAllAborted(require);
stopIdleTimers(require);
openOneSocket(require);
letGoOnce(require);
sendEachOnce(require);

const loaded = require('kafkajs') as typeof KafkaJs;
addZstd(loaded);

/** kafkajs 2.2.4 with its repairs; nobody imports values from `kafkajs` but through here. */
export const {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  AssignerProtocol,
  CompressionTypes,
  ConfigResourceTypes,
  Kafka,
  logLevel,
  Partitioners,
  ResourcePatternTypes,
} = loaded;
