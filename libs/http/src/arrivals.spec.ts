// What has reached the server holds deadlines back until it is a command: requests, and connections that wait in a row.
import { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { turns } from '@orderloom/testing';
import { arrivalsOf } from './arrivals.ts';

const counting = () => {
  let now = 0;
  let open = 0;
  let begun = 0;
  const enter = () => {
    open++;
    begun++;
    return () => {
      open--;
    };
  };
  const arrivals = arrivalsOf(enter, () => now);
  return { arrivals, open: () => open, begun: () => begun, pass: (ms: number) => void (now += ms) };
};

describe('connections that are accepted', () => {
  test('hold deadlines back until the request that came with them is sent', async () => {
    const { arrivals, open } = counting();
    const socket = new Socket();
    arrivals.connected(socket);
    await turns(1);
    const sent = arrivals.begin(socket);
    await turns(20);
    expect(open()).toBe(2);
    sent();
    expect(open()).toBe(0);
    arrivals.close();
  });

  test('hold nothing back where no request came with them', async () => {
    const { arrivals, open } = counting();
    arrivals.connected(new Socket());
    await turns(10);
    expect(open()).toBe(0);
    arrivals.close();
  });

  test('hold back without a gap, one accepted a turn, by one token', async () => {
    const { arrivals, open, begun } = counting();
    const socket = new Socket();
    arrivals.connected(socket);
    for (let i = 0; i < 100; i++) {
      expect(open()).toBe(1);
      await turns(1);
      arrivals.connected(new Socket());
    }
    expect(begun()).toBe(1);
    await turns(10);
    expect(open()).toBe(0);
    arrivals.close();
  });

  test('that come for ever hold no deadline back for ever', async () => {
    const { arrivals, begun } = counting();
    for (let i = 0; i < 1_025; i++) arrivals.connected(new Socket());
    expect(begun()).toBe(3);
    arrivals.close();
  });

  test('begin anew once a slow first request has held them back for two seconds', async () => {
    const { arrivals, open, begun, pass } = counting();
    const slow = new Socket();
    arrivals.connected(slow);
    arrivals.begin(slow);
    pass(2_000);
    const end = Date.now() + 5_000;
    while (open() > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(open()).toBe(0);
    arrivals.connected(new Socket());
    expect([open(), begun()]).toEqual([1, 3]);
    arrivals.close();
  });
});
