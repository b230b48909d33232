import type { ConsumeOptions, KafkaConnection } from '@orderloom/client';
import type { OwnLifecycle } from '@orderloom/domain';
import type { EmbeddedOptions } from '@orderloom/embedded';
import type { EdgeLog } from '@orderloom/http';

/** An engine in this process, over a data folder. */
export type EmbeddedPlace = Pick<EmbeddedOptions, 'folder' | 'durability' | 'statesInMemory' | 'hooks'>;

/** An engine on topics, of which this process is one. */
export type KafkaPlace = Omit<KafkaConnection, 'keyStore' | 'queries' | 'onProblem'> & {
  /** Folder of the keys that seal personal data. */
  readonly keys: string;
  /** Where projector-search writes; without it documents, lists and histories are `not-available`. */
  readonly elasticsearchNodes?: readonly string[];
  /** Whether this process decides commands too, or leaves that to others; it does unless said. */
  readonly decides?: boolean;
};

/** What `OrderloomModule` is told. */
export type OrderloomOptions = ({ readonly embedded: EmbeddedPlace } | { readonly kafka: KafkaPlace }) & {
  /** Made where they are missing; `main` unless said. The first one is the client's. */
  readonly tenants?: readonly string[];
  /** Lifecycles of one's own, beside those of this build. */
  readonly lifecycles?: readonly OwnLifecycle[];
  /** Group of `@OnOrderEvent` -> how it retries, and how much it does at a time. */
  readonly consumers?: Readonly<Record<string, ConsumeOptions>>;
  /** Nest's own logger unless said. */
  readonly log?: EdgeLog;
};

/** Injection tokens. */
export const ORDERLOOM_OPTIONS = Symbol('Orderloom options');
export const ORDERLOOM_ENGINE = Symbol('Orderloom engine');
export const ORDERLOOM_CLIENT = Symbol('Orderloom client');
