import type { Command } from 'commander';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import { EXIT } from '../cli-error.ts';
import { type Verdict, verifyLog } from '../verify/verify-log.ts';
import { type CommonOptions, folderCommand, surroundingsOf } from './options.ts';

const verifyFolder = (folder: string): Verdict => {
  const log = readLog(folder);
  try {
    const codec = wireCodec();
    codec.bind(log.schemas);
    const registry = domainRegistry({ stepper: tableStepper });
    return verifyLog({ groups: log.read(0), codec, registry });
  } finally {
    log.close();
  }
};

const SHOWN = 20;

export const verdictLines = ({ digest, orders, events, violations }: Verdict): readonly string[] => {
  const shown = violations
    .slice(0, SHOWN)
    .map((one) => `  ${one.stream} version ${one.version}: ${one.problem}`);
  const more = violations.length - shown.length;
  return [
    `${orders} orders, ${events} events, digest ${digest}`,
    violations.length === 0 ? 'No violation.' : `${violations.length} violations:`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more; --json lists all`] : []),
  ];
};

const verify = (options: CommonOptions): void => {
  const { terminal, reach } = surroundingsOf(options);
  const verdict = verifyFolder(reach.data);
  terminal.result(verdict, () => verdictLines(verdict));
  if (verdict.violations.length > 0) process.exitCode = EXIT.refused;
};

/** `orderloom verify`. */
export const verifyCommand = (): Command =>
  folderCommand({
    usage: 'verify',
    summary:
      'Check a log from end to end, beside its engine or without one: exit code 1 where anything is wrong',
    examples: ['verify', 'verify --data ./shop --json'],
  }).action(verify);
