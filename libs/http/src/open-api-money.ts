import { limit, query, texts, type Paths, type Read } from './open-api-parts.ts';

/** The books, and the statements of providers that are held against them. */
export const moneyPaths = (read: Read): Paths => ({
  '/v1/ledger': {
    get: read('get-ledger', 'What each account has, of one merchant or of all; debit is positive', [
      query('merchant', { type: 'string' }),
    ]),
  },
  '/v1/ledger/entries': {
    get: read('list-ledger-entries', 'What events have posted, order by order, the newest order first', [
      ...texts('merchant', 'cursor'),
      limit(200, 20),
    ]),
  },
  '/v1/settled': {
    get: read('list-settled', 'Money that a provider has said to have moved: on a day, or for one payment', [
      ...texts('provider', 'day', 'payment', 'cursor'),
      limit(200, 20),
    ]),
  },
  '/v1/reconciliations': {
    get: read('list-reconciliations', 'Statements that were held against the orders, the newest day first', [
      query('status', { type: 'string', enum: ['running', 'open', 'settled'] }),
      ...texts('provider', 'cursor'),
      limit(200, 20),
    ]),
  },
});
