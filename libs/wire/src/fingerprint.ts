import { hash } from 'node:crypto';
import { avroType, type AvroType } from './avro-type.ts';
import type { AvroMessage } from './generated/avro.ts';

/** Of a sealed value only these count: a retry is sealed anew, with another nonce, and is still the same command. */
const SEALED_BLOCK = 'orderloom.types.SealedBlock';
const COUNTED = new Set(['subject', 'digest']);

type Node = { readonly name?: string; readonly fields?: readonly { readonly name: string }[] };

/** The command's schema without what may differ between two sealings of the same content. */
const identitySchema = (schema: object): object => {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const { name, fields } = node as Node;
    const counted =
      name === SEALED_BLOCK ? { ...node, fields: fields?.filter((field) => COUNTED.has(field.name)) } : node;
    return Object.fromEntries(
      Object.entries(counted).map(([key, value]) => [key, key === 'default' ? value : visit(value)]),
    );
  };
  return visit(schema) as object;
};

type Content = { readonly avro: AvroType; readonly head: Buffer };

/**
 * Digest of what a command says: 8 bytes, latin1. The command's type is part of it, so that two commands without
 * fields differ. Throws a TypeError for a command that is not declared; the data must have passed validation.
 */
export const commandFingerprints = (
  commands: readonly AvroMessage[],
): ((streamType: string, commandType: string, data: object) => string) => {
  const contents = new Map<string, Map<string, Content>>();
  let scratch = Buffer.allocUnsafeSlow(1 << 14);

  const make = (stream: string, type: string): Content => {
    const message = commands.find((command) => command.stream === stream && command.type === type);
    if (!message) throw new TypeError(`there is no command ${type} of ${stream}`);
    const content = {
      avro: avroType(identitySchema(message.schema)),
      head: Buffer.from(`${stream}/${type}\0`),
    };
    let ofStream = contents.get(stream);
    if (!ofStream) contents.set(stream, (ofStream = new Map<string, Content>()));
    ofStream.set(type, content);
    return content;
  };

  return (stream, type, data) => {
    const { avro, head } = contents.get(stream)?.get(type) ?? make(stream, type);
    head.copy(scratch);
    let end = avro.encode(data, scratch, head.length);
    while (end < 0) {
      scratch = Buffer.allocUnsafeSlow(2 * (scratch.length - end));
      head.copy(scratch);
      end = avro.encode(data, scratch, head.length);
    }
    return hash('sha256', scratch.subarray(0, end), 'binary').slice(0, 8);
  };
};
