import type { Projector, StoredGroup, ViewStore, WriterSchema } from '@orderloom/engine';

/** What a views worker is started with. */
export type ViewsWorkerData = {
  readonly folder: string;
  readonly generation: string;
  /** Log index to catch up to before anything is fed. */
  readonly head: number;
  readonly windowMs: number;
  /** The app's own, handed to `createProjector`. */
  readonly data: unknown;
};

export type ToViewsWorker =
  | ({ readonly kind: 'group' } & StoredGroup)
  /** The log has come this far, and what lies between was not fed. */
  | { readonly kind: 'head'; readonly last: number }
  /** Somebody waits until the views show this. */
  | { readonly kind: 'wanted'; readonly last: number }
  | { readonly kind: 'stop' };

export type FromViewsWorker =
  | {
      readonly kind: 'progress';
      readonly index: number;
      /** Bytes of fed frames that are no longer held, since the worker started. */
      readonly takenBytes: number;
      /** Time spent projecting since the worker started, ms. */
      readonly busyMs: number;
    }
  | { readonly kind: 'problem'; readonly message: string };

export type ProjectorContext = {
  /** The log's numbering of schemas, for the codec. */
  readonly schemas: readonly WriterSchema[];
  readonly data: unknown;
};

/** Makes the projector of a views worker; called again after every failure. */
export type ProjectorFactory = (
  store: ViewStore,
  context: ProjectorContext,
) => Projector | Promise<Projector>;
