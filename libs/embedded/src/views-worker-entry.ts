// The first file of the views thread: the same codec, registry and projections as the main thread, over its own connection.
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { createProjector } from '@orderloom/engine';
import { serveViewsWorker } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';

await serveViewsWorker((store, { schemas }) => {
  const codec = wireCodec();
  codec.bind(schemas);
  return createProjector({ store, codec, registry: domainRegistry({ stepper: tableStepper }), projections });
});
