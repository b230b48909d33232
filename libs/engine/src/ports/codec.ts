import type { RecordedEvent, StreamRef } from '@orderloom/decider';

/**
 * One event and where its frame ended. `identity`: first 16 bytes of the SHA-256 of the event's identity, latin1;
 * it may be computed from the source when it is asked for, so ask while the bytes are still there.
 */
export type DecodedFrame = { readonly event: RecordedEvent; readonly identity: string; readonly end: number };

/** A schema as a log keeps it, so that its frames can be read without this build of the program. */
export type WriterSchema = {
  /** Small number that stands for the fingerprint inside the frames of one log. */
  readonly id: number;
  readonly name: string;
  /** SHA-256 of the schema's canonical form, hex. */
  readonly fingerprint: string;
  readonly json: string;
};

/** A place where content breaks its schema. `pointer` is a JSON pointer; `message` never quotes the value. */
export type Violation = { readonly pointer: string; readonly message: string };

/**
 * Events as bytes. A frame is `[u32 length][u16 envelope length][envelope][payload]`, little endian;
 * many frames make the blob of one group.
 * Identity = envelope attributes + payload + SHA-256 of the payload's schema.
 */
export type Codec = {
  /**
   * Writes one frame and gives the offset behind it; `lastIdentity()` is then that event's identity.
   * Throws `RangeError` where the target has no room (the caller halves the group or grows the buffer).
   */
  readonly writeFrame: (event: RecordedEvent, target: Buffer, at: number) => number;
  readonly lastIdentity: () => string;
  /** Reads one frame, upcast to the newest schema. Throws `UnreadableFrame` where the bytes are no event. */
  readonly readFrame: (source: Buffer, at: number) => DecodedFrame;
  /** First 8 bytes, latin1, of the SHA-256 of a command's content; sealed values count by their keyed digest. */
  readonly fingerprint: (streamType: string, commandType: string, data: object) => string;
  /** What is wrong with a command's data (empty: nothing); fills in defaults where the schema has them. */
  readonly validate: (streamType: string, commandType: string, data: object) => readonly Violation[];
  /** The schemas that this build writes; a log stores them and hands back its own numbering. */
  readonly schemas: () => readonly Omit<WriterSchema, 'id'>[];
  /** Tells the codec how a log numbers schemas; must be called before the first frame is read or written. */
  readonly bind: (schemas: readonly WriterSchema[]) => void;
};

/** An event's frame taken apart, for logs in which each event is a record of its own; the parts share its memory. */
export type EventParts = {
  /** The log's own number of the payload's schema. */
  readonly schema: number;
  /** The envelope without the number of the schema. */
  readonly attributes: Buffer;
  readonly payload: Buffer;
  readonly end: number;
  readonly stream: StreamRef;
  readonly version: number;
  readonly slot: number;
  readonly recordedAt: number;
  /** The CloudEvents `type` of the event. */
  readonly cloudEventsType: string;
  /** The W3C trace context of the command from outside; `null`: it had none. */
  readonly traceparent: string | null;
};

/** Frames to parts and back, byte for byte; nothing of the payload is decoded. */
export type FrameParts = {
  /** Throws `unreadable-frame`. */
  readonly cut: (frames: Buffer, at: number) => EventParts;
  readonly join: (schema: number, attributes: Uint8Array, payload: Uint8Array) => Buffer;
  /** What a number of the log's stands for. Throws `unreadable-frame` where the log has no such schema. */
  readonly schemaOf: (schema: number) => WriterSchema;
};

/** Commands as bytes, for topics; the numbering of schemas is bound as that of a `Codec`. */
export type CommandCodec = Pick<Codec, 'schemas' | 'bind'> & {
  /** Throws a TypeError for a command that is not declared or does not fit its schema. */
  readonly write: (
    streamType: string,
    commandType: string,
    data: object,
  ) => { readonly schema: number; readonly payload: Buffer };
  /** Throws `unreadable-frame` where the bytes are no command of that schema. */
  readonly read: (
    schema: number,
    payload: Buffer,
  ) => { readonly streamType: string; readonly commandType: string; readonly data: object };
};
