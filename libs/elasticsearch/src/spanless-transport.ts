import { SniffingTransport } from '@elastic/elasticsearch';

type Options = ConstructorParameters<typeof SniffingTransport>[0];

/** Makes no spans of its own, whatever tracing the process does: they name documents and quote what the server says. */
export class SpanlessTransport extends SniffingTransport {
  constructor(options: Options) {
    super({ ...options, openTelemetry: { enabled: false } });
  }
}
