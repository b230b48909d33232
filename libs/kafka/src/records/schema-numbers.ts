import { unreadableFrame, type Codec, type SchemaIds, type WriterSchema } from '@orderloom/engine';
import { unframed } from './framing.ts';

/** A codec's small numbers beside the registry's ids: bytes of a codec are numbered, values on a topic carry ids. */
export type SchemaNumbers = {
  /** The registry's id of one of the codec's numbers. */
  readonly idOf: (number: number) => number;
  /** The codec's number of a registry id that is known. Throws `unreadable-frame` for any other. */
  readonly numberOf: (id: number) => number;
  /** Makes the ids of these values known, as far as the registry has them. Waits only for what was never seen. */
  readonly learn: (values: readonly (Buffer | null)[]) => Promise<void>;
};

const idIn = (value: Buffer | null): number | undefined => {
  if (value === null) return undefined;
  try {
    return unframed(value).id;
  } catch {
    // Whoever reads the value will refuse it by name.
    return undefined;
  }
};

/**
 * Numbers the schemas of this build, and those of other builds as they are met.
 * Throws `schema-not-published` where the registry lacks one that this build writes.
 */
export const schemaNumbers = (codec: Pick<Codec, 'schemas' | 'bind'>, registry: SchemaIds): SchemaNumbers => {
  const numbered: WriterSchema[] = codec.schemas().map((schema, index) => ({ ...schema, id: index + 1 }));
  const ids = numbered.map(({ fingerprint }) => registry.idOf(fingerprint));
  const numbers = new Map(ids.map((id, index) => [id, index + 1]));
  const missing = new Set<number>();
  codec.bind(numbered);
  const learnOne = async (id: number): Promise<void> => {
    const schema = await registry.find(id);
    if (schema === undefined) {
      missing.add(id);
      return;
    }
    // Two readers may have met it at once.
    if (numbers.has(id)) return;
    numbered.push({ ...schema, id: numbered.length + 1 });
    ids.push(id);
    numbers.set(id, numbered.length);
    codec.bind(numbered);
  };
  return {
    idOf: (number) => {
      const id = ids[number - 1];
      if (id === undefined) throw new TypeError(`the codec has no schema of number ${String(number)}`);
      return id;
    },
    numberOf: (id) => {
      const number = numbers.get(id);
      if (number === undefined) throw unreadableFrame(`the registry has no schema of id ${String(id)}`);
      return number;
    },
    learn: async (values) => {
      for (const value of values) {
        const id = idIn(value);
        if (id !== undefined && !numbers.has(id) && !missing.has(id)) await learnOne(id);
      }
    },
  };
};
