import { FACETS, limit, query, texts, type Paths, type Read } from './open-api-parts.ts';

/** Lists of what somebody has to do. */
export const workPaths = (read: Read): Paths => ({
  '/v1/work': {
    get: read('list-work', 'Orders that somebody has to work on, the first thing to do first', [
      {
        ...query('list', {
          type: 'string',
          enum: ['to-ship', 'to-refund', 'to-clarify', 'to-resolve', 'disputed', 'at-risk'],
        }),
        required: true,
      },
      query('claim', { type: 'string', enum: ['claimed', 'unclaimed', 'mine'] }),
      query('actor', { type: 'string', maxLength: 128, description: 'Whose work, with claim=mine' }),
      query('within', { type: 'integer', minimum: 0, maximum: 10_080, default: 60 }),
      ...texts('buyer', 'merchant', 'lifecycle', 'cursor'),
      FACETS,
      limit(200, 20),
    ]),
  },
  '/v1/work/to-merge': {
    get: read(
      'list-orders-to-merge',
      'Orders whose goods are at one place and go to one person at one address',
      texts('buyer', 'merchant', 'lifecycle', 'cursor'),
    ),
  },
  '/v1/backorders': {
    get: read('list-backorders', 'Stock that orders wait for, with those that do, in turn', [
      query('cursor', { type: 'string' }),
      limit(200, 20),
    ]),
  },
});
