// Nobody but this machine reaches a server: none of them asks who is there.
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { sharedServer } from '../index.ts';
import { obstacleTo, SERVER_NAMES } from './servers.ts';

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
if (outside === undefined)
  leftOut('servers that are reached from this machine only', 'it has no other address');

const isReached = async (host: string, port: number): Promise<boolean> => {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

(outside === undefined ? describe.skip : describe)('from another machine', () => {
  test.each(SERVER_NAMES.filter((name) => obstacleTo(name) === undefined))(
    'there is no way to %s',
    async (name) => {
      const { urls } = await sharedServer(name);
      const port = Number(/:(\d+)(\/|$)/.exec(urls[0]!)?.[1]);
      expect(await isReached('127.0.0.1', port)).toBe(true);
      expect(await isReached(outside!, port)).toBe(false);
    },
    900_000,
  );
});
