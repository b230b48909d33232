import { isUtf8 } from 'node:buffer';
import type { FileProblem } from './mapping.ts';

export type TextLine = { readonly number: number; readonly text: string };

type TextFile = { readonly lines: readonly TextLine[]; readonly problems: readonly FileProblem[] };

const unusable = (line: number, code: string, reason: string, remedy: string): TextFile => ({
  lines: [],
  problems: [{ line, rowId: null, code, reason, remedy }],
});

const startsWith = (file: Uint8Array, ...bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => file[index] === byte);

const AS_UTF8 = 'save the file as UTF-8 without a byte order mark';

/** Lines of a UTF-8 text without byte order mark that ends with a line break; LF or CRLF. */
export const textLines = (file: Uint8Array): TextFile => {
  if (file.length === 0) return unusable(1, 'empty-file', 'the file is empty', 'export it again');
  if (startsWith(file, 0xef, 0xbb, 0xbf))
    return unusable(1, 'byte-order-mark', 'the file begins with a byte order mark', AS_UTF8);
  if (startsWith(file, 0xff, 0xfe) || startsWith(file, 0xfe, 0xff))
    return unusable(1, 'wrong-encoding', 'the file is UTF-16', AS_UTF8);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
  } catch {
    return unusable(firstInvalidLine(file), 'wrong-encoding', 'the line is not UTF-8', AS_UTF8);
  }
  const lines = text.split('\n').map((line, index) => ({
    number: index + 1,
    text: line.endsWith('\r') ? line.slice(0, -1) : line,
  }));
  const last = lines.pop();
  if (last !== undefined && last.text !== '')
    return unusable(
      last.number,
      'file-cut',
      'the last line does not end with a line break, so the file may be cut in the middle',
      'copy the file again; where it is whole, add the line break',
    );
  return { lines, problems: [] };
};

const firstInvalidLine = (file: Uint8Array): number => {
  let number = 1;
  for (let start = 0; start < file.length; number++) {
    const end = file.indexOf(10, start);
    if (!isUtf8(file.subarray(start, end < 0 ? file.length : end)) || end < 0) break;
    start = end + 1;
  }
  return number;
};
