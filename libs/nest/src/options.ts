import type { ConsumeOptions } from '@orderloom/client';
import type { EmbeddedOptions } from '@orderloom/embedded';
import type { EdgeLog } from '@orderloom/http';

/** What `OrderloomModule` is told. */
export type OrderloomOptions = {
  /** The engine in this process, over a data folder. */
  readonly embedded: Pick<EmbeddedOptions, 'folder' | 'durability' | 'statesInMemory'>;
  /** Made where they are missing; `main` unless said. The first one is the client's. */
  readonly tenants?: readonly string[];
  /** Group of `@OnOrderEvent` -> how it retries, and how much it does at a time. */
  readonly consumers?: Readonly<Record<string, ConsumeOptions>>;
  /** Nest's own logger unless said. */
  readonly log?: EdgeLog;
};

/** Injection tokens. */
export const ORDERLOOM_OPTIONS = Symbol('Orderloom options');
export const ORDERLOOM_ENGINE = Symbol('Orderloom engine');
export const ORDERLOOM_CLIENT = Symbol('Orderloom client');
