// Schemas for the specs of this lib: named anew for every test, since a registry forgets nothing.
import { createHash, randomUUID } from 'node:crypto';
import type { WriterSchema } from '@orderloom/engine';

type Schema = Omit<WriterSchema, 'id'>;
type Field = { readonly name: string; readonly type: unknown; readonly default?: unknown };

/** Name, kinds and field names, in one spelling: enough of a canonical form for records of plain fields. */
const canonical = (text: string): { readonly name: string; readonly fields: readonly unknown[] } => {
  const { name, namespace, fields } = JSON.parse(text) as {
    readonly name: string;
    readonly namespace?: string;
    readonly fields: readonly Field[];
  };
  return {
    name: namespace === undefined ? name : `${namespace}.${name}`,
    fields: fields.map((field) => [field.name, field.type]),
  };
};

/** What the codec of a real build says of a schema. */
export const describeExample = (text: string): Pick<Schema, 'name' | 'fingerprint'> => {
  const form = canonical(text);
  return { name: form.name, fingerprint: createHash('sha256').update(JSON.stringify(form)).digest('hex') };
};

/** A subject that no other test has used. */
export const freshName = (): string => `orderloom.example.R${randomUUID().replaceAll('-', '')}`;

export const record = (name: string, fields: readonly Field[]): Schema => {
  const json = JSON.stringify({ type: 'record', name, fields });
  return { ...describeExample(json), json };
};

export const amount: Field = { name: 'amount', type: 'long' };
export const note: Field = { name: 'note', type: ['null', 'string'], default: null };
