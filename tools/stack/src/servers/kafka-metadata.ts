import { connect } from 'node:net';

const ANSWER_WITHIN_MS = 2_000;
const METADATA = 3;
const VERSION = 1;
const CORRELATION = 1;

/** A Metadata request, version 1, about no topic: which brokers there are. */
const request = (): Buffer => {
  const body = Buffer.alloc(18);
  body.writeInt32BE(14, 0);
  body.writeInt16BE(METADATA, 4);
  body.writeInt16BE(VERSION, 6);
  body.writeInt32BE(CORRELATION, 8);
  body.writeInt16BE(-1, 12);
  body.writeInt32BE(0, 14);
  return body;
};

/** The ports of the brokers in an answer: size, correlation, count, then id, host, port and rack of each. */
const portsIn = (answer: Buffer): readonly number[] => {
  const ports: number[] = [];
  let at = 12;
  for (let left = answer.readInt32BE(8); left > 0; left -= 1) {
    at += 4;
    at += 2 + answer.readInt16BE(at);
    ports.push(answer.readInt32BE(at));
    at += 4;
    at += 2 + Math.max(0, answer.readInt16BE(at));
  }
  return ports;
};

const isComplete = (answer: Buffer): boolean =>
  answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0);

/**
 * The plaintext ports of the living brokers that the one at `port` of the loopback interface knows; none while it
 * does not answer. Written by hand, so that a server can be awaited without its client.
 */
export const knownBrokers = (port: number): Promise<readonly number[]> =>
  new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(request()));
    const done = (ports: readonly number[]): void => {
      socket.destroy();
      resolve(ports);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => done([]));
    socket.once('error', () => done([]));
    socket.once('close', () => done([]));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (isComplete(received)) done(portsIn(received));
    });
  });
