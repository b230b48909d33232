// What was said between us and payment providers, opened beside the folder that has the keys.
import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExchangeNotedData } from '@orderloom/domain';
import type { Exchange, KeyStore } from '@orderloom/engine';
import { lockFolder, openKeyStore } from '@orderloom/sqlite';
import { openExchange } from '@orderloom/wire';
import { unreachable, usageError } from '../cli-error.ts';
import type { Json } from '../connection/api.ts';
import { columns } from '../terminal.ts';
import { eventCells } from './show-result.ts';
import { streamNamed } from './streams.ts';

/**
 * What has become of the whole text of an exchange. `erased`: its buyer is; `not-sealed`: whoever noted it had no keys.
 * What came is text, or base64 where it is none.
 */
type Opened =
  | {
      readonly outcome: 'opened';
      readonly sent: string | null;
      readonly received: string | null;
      readonly encoding: 'utf-8' | 'base64';
    }
  | { readonly outcome: 'erased' | 'not-sealed' };

/** Runs `work` with the keys of a folder, of which nobody else has hold meanwhile. Throws `no-keys`, `folder-in-use`, `keys-unavailable`. */
const withKeys = <T>(folder: string, work: (keys: KeyStore) => T): T => {
  if (!existsSync(join(folder, 'keys.db')))
    throw unreachable(
      'no-keys',
      `there are no keys in ${folder}`,
      'name the folder of the engine with --data',
    );
  const lock = lockFolder(folder);
  try {
    // Nothing is assigned here: there is nothing to make ready, and nothing that a crash could leave in doubt.
    const keys = openKeyStore(folder, { poolSize: 1, recordedFirst: true });
    try {
      return work(keys);
    } finally {
      keys.close();
    }
  } finally {
    lock.release();
  }
};

const received = ({
  received: bytes,
}: Exchange): Pick<Opened & { outcome: 'opened' }, 'received' | 'encoding'> => {
  if (bytes === null) return { received: null, encoding: 'utf-8' };
  const encoding = isUtf8(bytes) ? 'utf-8' : 'base64';
  return { received: Buffer.from(bytes).toString(encoding), encoding };
};

const openedBy =
  (keys: KeyStore, order: { readonly tenant: string; readonly orderId: string }) =>
  (data: Pick<ExchangeNotedData, 'sealed'>): Opened => {
    if (data.sealed === null) return { outcome: 'not-sealed' };
    const found = openExchange(keys, order, data.sealed);
    return found === undefined
      ? { outcome: 'erased' }
      : { outcome: 'opened', sent: found.sent, ...received(found) };
  };

/** Of which order a journal is. Throws a usage error for what is none. */
export const orderOfJournal = (stream: string): string => {
  const { type, key } = streamNamed(stream);
  if (type === 'journal') return key;
  throw usageError(`nothing of ${stream} is opened`, 'only journals are: journal/ORDER-ID');
};

/** The events of a journal, each with what it opens to. */
export const openedExchanges = (
  events: readonly Json[],
  at: { readonly folder: string; readonly tenant: string; readonly orderId: string },
): readonly Json[] =>
  withKeys(at.folder, (keys) => {
    const open = openedBy(keys, at);
    return events.map((event) => ({ ...event, opened: open(event['data'] as ExchangeNotedData) }));
  });

/** As JSON text: what others have said may hold what moves a terminal. */
const said = (text: string | null): string => (text === null ? '-' : JSON.stringify(text));

const openedLines = (opened: Opened): readonly string[] =>
  opened.outcome === 'opened'
    ? [
        `   sent      ${said(opened.sent)}`,
        `   received  ${said(opened.received)}${opened.encoding === 'base64' ? ' (base64)' : ''}`,
      ]
    : [`   ${opened.outcome}`];

/** Each event with its two messages below it. */
export const exchangeLines = (events: readonly Json[]): readonly string[] => {
  const heads = columns(
    events.map((event) => {
      const { sealed: _, ...data } = event['data'] as Json;
      return eventCells({ ...event, data });
    }),
  );
  return events.flatMap((event, at) => [heads[at] ?? '', ...openedLines(event['opened'] as Opened)]);
};
