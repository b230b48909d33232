// Everything that views show is cut into shares: nothing twice, nothing left out, a document with its stream.
import { describe, expect, test } from '@jest/globals';
import { streamIdOf } from '@orderloom/decider';
import { random } from '@orderloom/testing';
import { HISTORY, isInShare, sharesBetween } from './shares.ts';

const views = ['a', 'b', 'bc', 'order'].map((streamType) => ({ name: `${streamType}s`, streamType }));
/** Names that begin like each other, with what stands before and behind `/` among characters. */
const TENANTS = ['m', 'm-x', 'm0', 'm.', 'main', 'main-2'];
const KEYS = ['0', 'a', 'a/b', 'sku@here', 'source/é', '\u{1F375}', '\uFFFD'];

const streams = TENANTS.flatMap((tenant) =>
  [...views, { streamType: 'none' }].flatMap(({ streamType: type }) =>
    KEYS.map((key) => ({ tenant, type, key })),
  ),
);

describe('shares', () => {
  test('hold each stream once, and its documents beside it, wherever the bounds are', () => {
    const source = random(7);
    for (let round = 0; round < 50; round++) {
      const bounds = [1, 2, 3].map(() => streamIdOf(streams[source.below(streams.length)]!));
      const plain = [...new Set(bounds.filter((bound) => /^[ -~]+$/.test(bound)))].sort();
      const shares = sharesBetween(plain, views);
      for (const stream of streams) {
        const holding = shares.filter((share) => isInShare(share, HISTORY, streamIdOf(stream)));
        expect(holding).toHaveLength(1);
        const view = views.find(({ streamType }) => streamType === stream.type);
        if (view === undefined) continue;
        const id = `${stream.tenant}/${stream.key}`;
        expect(shares.filter((share) => isInShare(share, view.name, id))).toEqual(holding);
      }
    }
  });

  test('leave what is of no known view to one of them', () => {
    const shares = sharesBetween(['main/order/a', 'main/order/b'], views);
    expect(shares.map((share) => isInShare(share, 'no-view', 'main/b'))).toEqual([true, false, false]);
  });
});
