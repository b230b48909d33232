// The first file of a comparing thread: the log folded once more, with the same codec, registry and projections.
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { compareViews } from '@orderloom/engine';
import { serveComparing } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';

await serveComparing((shown, log, onProgress) => {
  const codec = wireCodec();
  codec.bind(log.schemas);
  return compareViews(shown, {
    ...{ codec, projections, onProgress, registry: domainRegistry({ stepper: tableStepper }) },
    ...{ read: () => log.read(0), head: log.head() },
  });
});
