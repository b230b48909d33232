import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { PAGE_BYTES } from './log-file.ts';

// Reads the pages of log.db without SQLite, because SQLite refuses a file as a whole where one page of it is damaged.
// The format: https://www.sqlite.org/fileformat2.html, sections 1.6 (tables), 2.1 (records) and 4 (the WAL).

const TABLE_LEAF = 13;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FIRST_PAGE_HEADER_BYTES = 100;

/** A value of a row: a number, or text and blobs as bytes. */
type Cell = number | null | Uint8Array;
export type RawRow = {
  readonly rowid: number;
  readonly cells: readonly Cell[];
  readonly types: readonly number[];
};

type Pages = {
  readonly count: number;
  readonly page: (number: number) => Buffer | undefined;
  readonly close: () => void;
};

/** Every row on every page that still reads as part of a table, in no order. Must not run beside a writer. */
export function* rawRows(file: string): Generator<RawRow> {
  const pages = openPages(file);
  try {
    for (let number = 1; number <= pages.count; number++) {
      const page = pages.page(number);
      if (page !== undefined) yield* leafRows(page, number === 1 ? FIRST_PAGE_HEADER_BYTES : 0, pages);
    }
  } finally {
    pages.close();
  }
}

/** Pages as the last commit left them: those in the WAL stand before those in the file. */
const openPages = (file: string): Pages => {
  const handle = openSync(file, 'r');
  const wal = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0);
  const newer = committedFrames(wal);
  const inFile = Math.ceil(fstatSync(handle).size / PAGE_BYTES);
  return {
    count: Math.max(inFile, ...newer.keys(), 0),
    page: (number) => {
      const at = newer.get(number);
      if (at !== undefined) return wal.subarray(at, at + PAGE_BYTES);
      const page = Buffer.alloc(PAGE_BYTES);
      const bytes = readSync(handle, page, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES);
      return bytes > 0 ? page : undefined;
    },
    close: () => closeSync(handle),
  };
};

/** Page number -> where its newest committed copy begins. A frame of an older round ends the WAL. */
const committedFrames = (wal: Buffer): Map<number, number> => {
  const committed = new Map<number, number>();
  const open = new Map<number, number>();
  const salts = wal.subarray(16, 24);
  for (let at = WAL_HEADER_BYTES; at + FRAME_HEADER_BYTES + PAGE_BYTES <= wal.length;) {
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    open.set(wal.readUInt32BE(at), at + FRAME_HEADER_BYTES);
    if (wal.readUInt32BE(at + 4) !== 0) {
      for (const [number, where] of open) committed.set(number, where);
      open.clear();
    }
    at += FRAME_HEADER_BYTES + PAGE_BYTES;
  }
  return committed;
};

function* leafRows(page: Buffer, at: number, pages: Pages): Generator<RawRow> {
  if (page[at] !== TABLE_LEAF) return;
  const cells = Math.min(page.readUInt16BE(at + 3), PAGE_BYTES / 4);
  for (let cell = 0; cell < cells; cell++) {
    const start = page.readUInt16BE(at + 8 + 2 * cell);
    const size = varint(page, start);
    const rowid = varint(page, size.end);
    const bytes = payload(page, rowid.end, size.value, pages);
    const row = bytes === undefined ? undefined : rowOf(rowid.value, bytes);
    if (row !== undefined) yield row;
  }
}

/** The part of a payload that is on its own page, then the chain of overflow pages. `undefined`: broken. */
const payload = (page: Buffer, at: number, size: number, pages: Pages): Buffer | undefined => {
  const usable = PAGE_BYTES;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const most = usable - 35;
  const wanted = least + ((size - least) % (usable - 4));
  const local = size <= most ? size : wanted <= most ? wanted : least;
  if (at + local > PAGE_BYTES || size > pages.count * PAGE_BYTES) return undefined;
  const parts = [page.subarray(at, at + local)];
  let next = local < size && at + local + 4 <= PAGE_BYTES ? page.readUInt32BE(at + local) : 0;
  for (let left = size - local; left > 0; left -= usable - 4) {
    const overflow = next === 0 || next > pages.count ? undefined : pages.page(next);
    if (overflow === undefined) return undefined;
    parts.push(overflow.subarray(4, 4 + Math.min(left, usable - 4)));
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
};

const rowOf = (rowid: number, bytes: Buffer): RawRow | undefined => {
  const header = varint(bytes, 0);
  if (header.value > bytes.length) return undefined;
  const types: number[] = [];
  for (let at = header.end; at < header.value;) {
    const type = varint(bytes, at);
    types.push(type.value);
    at = type.end;
  }
  const cells: Cell[] = [];
  let at = header.value;
  for (const type of types) {
    const size = sizeOf(type);
    if (at + size > bytes.length) return undefined;
    cells.push(cellOf(type, bytes.subarray(at, at + size)));
    at += size;
  }
  return { rowid, cells, types };
};

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

const sizeOf = (type: number): number => (type < 12 ? (INTEGER_BYTES[type] ?? 0) : (type - 12) >> 1);

const cellOf = (type: number, bytes: Buffer): Cell => {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type >= 12) return bytes;
  return bytes.length <= 6 ? bytes.readIntBE(0, bytes.length) : Number(bytes.readBigInt64BE(0));
};

const varint = (bytes: Buffer, at: number): { value: number; end: number } => {
  let value = 0;
  for (let read = 0; read < 9; read++) {
    const byte = bytes[at + read] ?? 0;
    if (read === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 127);
    if (byte < 128) return { value, end: at + read + 1 };
  }
  return { value, end: at + 9 };
};
