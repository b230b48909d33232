import type { RecordedEvent } from '@orderloom/decider';
import { framesIn } from '@orderloom/engine';
import { jsonData, jsonEvent } from '@orderloom/wire';
import { csvLine } from './csv-cells.ts';
import { extentOf, type OpenLog, type Position } from './position.ts';
import type { Format, Row, Rows } from './rows.ts';

const COLUMNS = [
  ...[
    'event',
    'type',
    'stream_type',
    'stream_key',
    'version',
    'recorded_at',
    'occurred_at',
    'slot',
    'sequence',
  ],
  ...['command_id', 'causation', 'correlation', 'root', 'actor', 'business_line', 'channel', 'data'],
];

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const csvOf = (event: RecordedEvent): string => {
  const { stream, type, version, recordedAt, occurredAt, slot, sequence, commandId } = event;
  const { causation, correlation, root, actor, businessLine, channel } = event;
  return csvLine([
    ...[`${stream.tenant}/${stream.type}/${stream.key}/${version}`, type, stream.type, stream.key, version],
    ...[instant(recordedAt), instant(occurredAt), slot, sequence, commandId, causation],
    ...[correlation ?? commandId, root ?? commandId, actor, businessLine, channel],
    JSON.stringify(jsonData(event.data)),
  ]);
};

const lineOf = (event: RecordedEvent, format: Format): string =>
  format === 'csv' ? csvOf(event) : `${JSON.stringify(jsonEvent(event))}\n`;

/** The events of a tenant in the order of the log. A place is the index of an event. */
export const eventRows = (
  open: OpenLog,
  position: Position,
  { tenant, format }: { readonly tenant: string; readonly format: Format },
): Rows => ({
  header: format === 'csv' ? csvLine(COLUMNS) : '',
  total: extentOf(open, position, tenant).events,
  *from(place): Generator<Row> {
    const after = Number(place ?? 0);
    for (const { first, frames } of open.log.read(after)) {
      if (first > position.index) return;
      let index = first;
      for (const { event } of framesIn(open.codec, [frames])) {
        if (index > after && event.stream.tenant === tenant)
          yield { line: lineOf(event, format), place: String(index) };
        if (++index > position.index) return;
      }
    }
  },
});
