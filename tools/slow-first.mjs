// The order of the spec files: those that wait for servers and programs begin first, and what is short fills the end.
// Jest knows how long a file takes only where it has run before, and else goes by its size.
import TestSequencer from '@jest/test-sequencer';

const waits = ({ path }) => /\.(int|e2e)\.spec\.ts$/.test(path);

export default class SlowFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(waits), ...sorted.filter((test) => !waits(test))];
  }
}
