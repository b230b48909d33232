import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { leftOut } from '@orderloom/testing';
import { obstacleTo, ownServer, sharedServer } from '../index.ts';

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('a real Redis', obstacle);

/** What Redis answers to commands in its line protocol, once `QUIT` has closed the connection. */
const told = (url: string, ...commands: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () =>
      socket.write([...commands, 'QUIT', ''].join('\r\n')),
    );
    socket.setEncoding('utf8').on('data', (data: string) => (answer += data));
    socket.once('error', reject).once('close', () => resolve(answer));
  });

(obstacle === undefined ? describe : describe.skip)('a real Redis', () => {
  test('is the same for all who share it, and runs scripts', async () => {
    const [first, second] = await Promise.all([sharedServer('redis'), sharedServer('redis')]);
    expect(second.urls).toEqual(first.urls);
    const [url = ''] = first.urls;
    expect(await told(url, 'SET stack-spec:a 1', 'GET stack-spec:a')).toContain('$1\r\n1');
    expect(await told(url, 'EVAL "return 1+1" 0')).toContain(':2');
  }, 600_000);

  test('of our own forgets everything when it is killed, and comes back where it was', async () => {
    const server = await ownServer('redis');
    try {
      const [url = ''] = server.urls;
      await told(url, 'SET a 1');
      const [pid] = server.pids();
      await server.kill('SIGKILL');
      await expect(told(url, 'PING')).rejects.toThrow('ECONNREFUSED');
      await server.restart();
      expect(server.pids()).not.toEqual([pid]);
      expect(await told(url, 'GET a')).toContain('$-1');
    } finally {
      await server.stop();
    }
    await expect(told(server.urls[0]!, 'PING')).rejects.toThrow('ECONNREFUSED');
  }, 600_000);
});
