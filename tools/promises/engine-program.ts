// An engine whose mechanisms a test can take away, which the product does not offer. It takes commands from its parent
// over IPC and answers them there. One argument: JSON of `folder`, `durability`, `snapshotPace` and `mechanisms`.
import { ensureTenant, openEmbedded, type EmbeddedOptions } from '@orderloom/embedded';
import { allMechanisms, commandRequest, type Mechanisms } from '@orderloom/engine';
import type { Sent } from './sender.ts';

type Settings = Pick<EmbeddedOptions, 'folder' | 'durability' | 'snapshotPace'> & {
  readonly mechanisms: Partial<Mechanisms>;
};

const { mechanisms, ...rest } = JSON.parse(process.argv[2] ?? '') as Settings;
const { engine } = await openEmbedded({ ...rest, mechanisms: { ...allMechanisms, ...mechanisms } });
await ensureTenant(engine, 'main');

process.on('message', ({ n, command }: { readonly n: number; readonly command: Sent }) => {
  const answer = (answered: object): void => {
    process.send?.({ n, ...answered });
  };
  engine.send(commandRequest(command)).then(
    (result) => {
      answer({ result });
    },
    (error: unknown) => {
      answer({ error: String(error) });
    },
  );
});
process.send?.({ ready: true });
