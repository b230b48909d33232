// What a warehouse needs that reads events with a bare Kafka client: the headers that stand on every record.
type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

type Put = { readonly version: number; readonly type: string };
type Stream = { readonly arrival: string[]; readonly ahead: Map<number, string>; readonly put: Put[] };

const textOf = (headers: Headers, name: string): string => {
  const value = headers[name];
  return value === undefined ? '' : String(value);
};

/** Events by stream, each put down when the one before it has been: whatever topic they come from, and however often. */
export const shelf = () => {
  const streams = new Map<string, Stream>();
  const of = (subject: string): Stream => {
    const known = streams.get(subject) ?? { arrival: [], ahead: new Map(), put: [] };
    streams.set(subject, known);
    return known;
  };
  const order = (id: string): Stream => of(`main/order/${id}`);
  return {
    /** A record of an events topic. `ce_id` ends with the version; what is no event of a stream has another form. */
    take: (headers: Headers): void => {
      const [, subject, version] = /^(.+\/.+\/.+)\/(\d+)$/.exec(textOf(headers, 'ce_id')) ?? [];
      if (subject === undefined || version === undefined || textOf(headers, 'ce_subject') !== subject) return;
      const stream = of(subject);
      const type = textOf(headers, 'ce_type');
      stream.arrival.push(type);
      if (Number(version) > stream.put.length) stream.ahead.set(Number(version), type);
      for (;;) {
        const next = stream.put.length + 1;
        const waiting = stream.ahead.get(next);
        if (waiting === undefined) return;
        stream.ahead.delete(next);
        stream.put.push({ version: next, type: waiting });
      }
    },
    hasAll: (orders: readonly string[]): boolean => orders.every((id) => order(id).arrival.length > 0),
    arrival: (id: string): readonly string[] => order(id).arrival,
    put: (id: string): readonly Put[] => order(id).put,
  };
};
