// The first file of a comparing thread: the log folded once more, with the same codec, registry and projections.
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { compareViews, type StoredGroup } from '@orderloom/engine';
import { serveComparing } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';

/** The log grows while it is read; what has come since then is shown by nobody. */
function* upTo(groups: Iterable<StoredGroup>, head: number): Generator<StoredGroup> {
  for (const group of groups) {
    if (group.first > head) return;
    yield group;
  }
}

await serveComparing((shown, log, onProgress) => {
  const head = log.head();
  const codec = wireCodec();
  codec.bind(log.schemas);
  return compareViews(shown, {
    ...{ codec, projections, onProgress, registry: domainRegistry({ stepper: tableStepper }) },
    ...{ read: () => upTo(log.read(0), head), head },
  });
});
