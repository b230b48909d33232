import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.ts';

/** Shows how far a long run is. */
export type Progress = { readonly at: (done: number) => void; readonly stop: () => void };

/** Lines in a log file, not more than one for this share of the whole. */
const SHARE_A_LINE = 10;

/** A bar on a terminal, a line every tenth elsewhere, nothing with `--json`. Everything goes to standard error. */
export const progressOn = (terminal: Terminal, what: string, total: number): Progress => {
  if (terminal.json) return { at: () => undefined, stop: () => undefined };
  if (!terminal.tty) return plainProgress(terminal, what, total);
  const format = `${what} {bar} {percentage}%  {value}/{total}  {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  let shown = false;
  return {
    at: (done) => {
      if (shown) bar.update(done);
      else bar.start(total, done);
      shown = true;
    },
    stop: () => bar.stop(),
  };
};

const plainProgress = (terminal: Terminal, what: string, total: number): Progress => {
  let said = -1;
  return {
    at: (done) => {
      const share = Math.floor((done * SHARE_A_LINE) / Math.max(1, total));
      if (share === said) return;
      said = share;
      terminal.note(`${what}: ${done} of ${total}`);
    },
    stop: () => undefined,
  };
};
