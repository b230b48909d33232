import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { bodyIn } from '../connection/api.ts';
import { withEngine } from '../connection/reach-engine.ts';
import { type CommonOptions, engineCommand, surroundingsOf } from './options.ts';
import { jsonObject } from './read-json.ts';
import { commandLines } from './show-result.ts';
import { streamAddress } from './streams.ts';

type Options = CommonOptions & {
  readonly key?: string;
  readonly ifVersion?: string;
  readonly actor?: string;
};

const send = async (
  stream: string,
  type: string,
  data: string | undefined,
  options: Options,
): Promise<void> => {
  const address = streamAddress(stream);
  const { terminal, reach } = surroundingsOf(options, address.tenant);
  const { key = randomUUID(), actor } = options;
  const command = {
    type,
    data: data === undefined ? {} : jsonObject(data),
    ...(actor !== undefined && { actor }),
  };
  const headers = options.ifVersion === undefined ? {} : { 'if-match': `"${options.ifVersion}"` };
  const body = await withEngine({ ...reach, creates: false }, async (api) =>
    bodyIn(await api.post(`${address.path}/commands`, key, command, headers)),
  );
  terminal.result(body, () => commandLines(body));
};

/** `orderloom send`. */
export const sendCommand = (): Command =>
  engineCommand({
    usage: 'send <stream> <command> [data]',
    summary: 'Send a command to an order (by its id) or to another stream (type/key)',
    examples: [
      'send stock/TEA@main ReceiveStock \'{"quantity":100,"reference":"first delivery"}\'',
      'send ORDER-ID HoldOrder \'{"reason":"address looks wrong"}\' --actor ann',
      'send ORDER-ID CancelOrder \'{"reason":"changed my mind"}\'',
    ],
  })
    .option('--key <text>', 'idempotency key: the same one again has no second effect')
    .option('--if-version <version>', 'only while the stream (7) or a section of it (receiver:3) is there')
    .option('--actor <name>', 'who asks; it stands in the history')
    .action(send);
