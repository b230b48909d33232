import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { writeDurably } from '@orderloom/sqlite';
import { CliError, EXIT } from '../cli-error.ts';

/** What must be the same for an interrupted export to go on. */
export type Purpose = {
  readonly what: string;
  readonly format: string;
  readonly tenant: string;
  readonly position: number;
  /** Identity of the last event at the position. */
  readonly mark: string;
};

/** How far an export has come; kept beside its file. */
export type Kept = Purpose & {
  /** Behind the last whole row that is on the disk; `null`: there is none yet. */
  readonly place: string | null;
  readonly bytes: number;
  readonly rows: number;
};

/** Where rows go. `save` makes everything so far durable, with the place behind it. */
export type Target = {
  readonly write: (text: string) => Promise<void>;
  readonly save: (kept: Omit<Kept, 'bytes'>) => void;
  readonly finish: () => void;
};

const partOf = (file: string): string => `${file}.part`;
const keptOf = (file: string): string => `${file}.export`;

/** What an earlier run has left of a file; `undefined`: nothing. Throws where the file was finished long ago. */
export const keptFor = (file: string): Kept | undefined => {
  if (existsSync(keptOf(file)) && (existsSync(partOf(file)) || existsSync(file)))
    return JSON.parse(readFileSync(keptOf(file), 'utf8')) as Kept;
  if (!existsSync(file)) return undefined;
  throw new CliError(EXIT.refused, {
    code: 'file-exists',
    message: `${file} is there already`,
    remedy: 'name another file, or delete it first',
  });
};

/** Throws where what was left is of another export than the one that is asked for now. */
export const sameExport = (kept: Kept, purpose: Purpose, file: string): void => {
  const names = ['what', 'format', 'tenant', 'position', 'mark'] as const;
  const other = names.find((name) => kept[name] !== purpose[name]);
  if (other === undefined) return;
  const which = other === 'mark' ? 'log' : other;
  throw new CliError(EXIT.refused, {
    code: 'another-export',
    message: `${partOf(file)} is of an export with another ${which}`,
    remedy: `say the same as then, or delete ${partOf(file)} and ${keptOf(file)} to begin anew`,
  });
};

/** A file that has its name only when it is whole. What was written behind the last `save` is written again. */
export const fileTarget = (file: string, kept: Kept | undefined): Target => {
  // Killed between the two last steps: it has its name already, and is whole.
  if (kept !== undefined && !existsSync(partOf(file))) renameSync(file, partOf(file));
  const handle = openSync(partOf(file), kept === undefined ? 'w' : 'r+', 0o600);
  let bytes = kept?.bytes ?? 0;
  ftruncateSync(handle, bytes);
  return {
    write: async (text) => {
      const content = Buffer.from(text);
      for (let at = 0; at < content.length;)
        at += writeSync(handle, content, at, content.length - at, bytes + at);
      bytes += content.length;
    },
    save: (done) => {
      fsyncSync(handle);
      writeDurably(keptOf(file), JSON.stringify({ ...done, bytes }));
    },
    finish: () => {
      fsyncSync(handle);
      closeSync(handle);
      renameSync(partOf(file), file);
      rmSync(keptOf(file), { force: true });
    },
  };
};

/** Standard output; a reader that takes no more is waited for. */
export const streamTarget = (stream: NodeJS.WriteStream): Target => ({
  write: async (text) => {
    if (!stream.write(text)) await once(stream, 'drain');
  },
  save: () => undefined,
  finish: () => undefined,
});
