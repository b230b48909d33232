import type { Moment } from '@orderloom/engine';
import { ClientError } from '../client-error.ts';
import type { GetOptions } from './reading.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** An instant as callers say it, ms from 1970 on. Throws for what is none. */
export const instantIn = (name: string, said: string): number => {
  const ms = INSTANT.test(said) ? Date.parse(said) : NaN;
  if (ms >= 0) return ms;
  throw new ClientError(
    'invalid-argument',
    `invalid-query: ${name} must be an RFC 3339 instant with a zone, from 1970 on`,
  );
};

/** The moment that a reader asks for; `undefined`: the present. */
export const momentOf = ({ asOf, asOfVersion }: GetOptions): Moment | undefined => {
  if (asOf !== undefined && asOfVersion !== undefined)
    throw new ClientError('invalid-argument', 'asOf and asOfVersion are said one at a time');
  if (asOf !== undefined) return { instant: instantIn('asOf', asOf) };
  if (asOfVersion === undefined) return undefined;
  if (Number.isSafeInteger(asOfVersion) && asOfVersion >= 1) return { version: asOfVersion };
  throw new ClientError('invalid-argument', 'asOfVersion must be a whole number from 1');
};
