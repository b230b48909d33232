import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { avroCommands, avroEvents } from './generated/avro.ts';
import { describeSchema, publicSchemas, schemaHistory } from './schema-history.ts';

const text = (file: string): string =>
  readFileSync(new URL(`../../../schemas/${file}`, import.meta.url), 'utf8');

describe('a schema', () => {
  it('is told from all others by its canonical form', () => {
    for (const { name, fingerprint, schema } of [...avroEvents, ...avroCommands])
      expect(describeSchema(JSON.stringify(schema))).toEqual({ name, fingerprint });
  });

  it('is the same with docs and bounds as without', () => {
    const written = text('buyer/events/buyer-blocked.avsc');
    expect(written).toContain('maxLength');
    const { name, fingerprint } = avroEvents.find(({ type }) => type === 'BuyerBlocked')!;
    expect(describeSchema(written)).toEqual({ name, fingerprint });
  });

  it.each(['{', '{"type":"recor"}', '"string"'])('is not %s', (json) => {
    expect(() => describeSchema(json)).toThrow(TypeError);
  });
});

describe('the history of schemas', () => {
  it('begins with the first release, in its order, and ends with this build', () => {
    const history = schemaHistory();
    const first = JSON.parse(
      readFileSync(new URL('../golden/0.1.0/schemas.json', import.meta.url), 'utf8'),
    ) as { events: { name: string }[]; commands: { name: string }[] };
    const firstNames = [...first.events, ...first.commands].map(({ name }) => name);
    expect(history.slice(0, firstNames.length).map(({ name }) => name)).toEqual(firstNames);
    const fingerprints = history.map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    expect(fingerprints).toEqual(
      expect.arrayContaining(publicSchemas().map(({ fingerprint }) => fingerprint)),
    );
  });
});
