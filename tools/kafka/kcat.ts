import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import avsc from 'avsc';
import { debianProgram } from '@orderloom/stack';

/** Runs kcat against some brokers and gives what it printed. */
export type Kcat = (...args: readonly string[]) => Promise<Buffer>;

export const kcatAt = async (brokers: readonly string[]): Promise<Kcat> => {
  const program = await debianProgram('kcat');
  return async (...args) => {
    const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
    const { stdout } = await promisify(execFile)(program, ['-q', '-b', brokers.join(','), ...args], options);
    return stdout;
  };
};

const whole = (topic: string): readonly string[] => ['-C', '-t', topic, '-o', 'beginning', '-e'];

/** The headers of each record, as kcat prints them. */
export const headersSeen = async (kcat: Kcat, topic: string): Promise<readonly string[]> =>
  (await kcat(...whole(topic), '-f', '%h\u0001')).toString('latin1').split('\u0001').slice(0, -1);

type Schema = { readonly name: string; readonly type: avsc.Type };

/** What each record holds, read with nothing but the schema that its registry gives for its id. */
export const recordsSeen = async (
  kcat: Kcat,
  topic: string,
  registry: string,
): Promise<readonly { readonly name: string; readonly data: object }[]> => {
  const known = new Map<number, Schema>();
  const schemaOf = async (id: number): Promise<Schema> => {
    const answer = await fetch(`${registry}/schemas/ids/${String(id)}`);
    const { schema } = (await answer.json()) as { readonly schema: string };
    const parsed = JSON.parse(schema) as avsc.Schema & { readonly name: string };
    return { name: parsed.name, type: avsc.Type.forSchema(parsed) };
  };
  const bytes = await kcat(...whole(topic), '-f', '%R%s');
  const seen: { name: string; data: object }[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readInt32BE(at);
    const id = bytes.readUInt32BE(at + 5);
    const { name, type } = known.get(id) ?? (await schemaOf(id));
    known.set(id, { name, type });
    seen.push({ name, data: { ...(type.fromBuffer(bytes.subarray(at + 9, end)) as object) } });
    at = end;
  }
  return seen;
};
