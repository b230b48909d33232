import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Puts a text in a file's place, whole or not at all, and durably. Only its owner may read it. */
export const writeDurably = (file: string, text: string): void => {
  const draft = `${file}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
};
