/**
 * Carries events of an old schema whose *meaning* has changed to the shape that came after it.
 * (A field that was added or dropped needs none: Avro resolves it.) Pure, one step, never deleted while a log may
 * hold such events. The last step of a chain gives the shape that this build reads.
 */
export type Upcaster = {
  /** Full name and SHA-256 fingerprint (hex) of the schema that wrote the event. */
  readonly from: { readonly name: string; readonly fingerprint: string };
  /** What comes out: the present schema of that name, or the `from` of another upcaster. */
  readonly to: { readonly name: string; readonly fingerprint: string };
  readonly upcast: (data: never) => object;
};

/** Every upcaster of this build, oldest first. None yet: 0.1.0 is the first release. */
export const upcasters: readonly Upcaster[] = [];

const keyOf = (schema: { readonly name: string; readonly fingerprint: string }): string =>
  `${schema.name} ${schema.fingerprint}`;

/** The steps from one written schema to the newest, and the name they end at; undefined: none apply. */
export type UpcastChain = {
  readonly name: string;
  readonly fingerprint: string;
  readonly upcast: (data: object) => object;
};

/** Joins the steps that begin at `from`. Throws where they run in a circle. */
export const upcastChain = (
  known: readonly Upcaster[],
  from: { readonly name: string; readonly fingerprint: string },
): UpcastChain | undefined => {
  const byOrigin = new Map(known.map((upcaster) => [keyOf(upcaster.from), upcaster]));
  const steps: Upcaster[] = [];
  let at = from;
  for (let next = byOrigin.get(keyOf(at)); next; next = byOrigin.get(keyOf(at))) {
    if (steps.length > known.length) throw new TypeError(`the upcasters of ${from.name} run in a circle`);
    steps.push(next);
    at = next.to;
  }
  if (steps.length === 0) return undefined;
  return {
    name: at.name,
    fingerprint: at.fingerprint,
    upcast: (data) => steps.reduce<object>((value, step) => step.upcast(value as never), data),
  };
};
