import type { FieldRules } from './fields.ts';
import { sha256 } from './sha256.ts';

/** Region -> statuses, one of which that region must be in. */
export type When = Readonly<Record<string, readonly string[]>>;

/** Where a symbol leads; with a condition, only while it holds. */
export type Target = string | { readonly target: string; readonly when: When };

/** One region: its first status, and for every status where each symbol leads. */
export type Region = {
  readonly initial: string;
  readonly statuses: Readonly<Record<string, Readonly<Record<string, Target>>>>;
};

/**
 * A due instant of the lifecycle: `after` a policy's delay behind an event, `while` a status lasts, a command. Where the
 * delay is 0 there is none.
 */
export type DeadlineRule = {
  readonly name: string;
  /** Event types, or overrides, that start it anew; each starts one deadline. */
  readonly starts: readonly string[];
  readonly while: When;
  /** Where it waits, however long, and is due again behind: at once, where its instant has passed. */
  readonly sleeps?: When;
  /** The field of the tenant's policy that holds the delay, ms. */
  readonly after: string;
  readonly command: string;
  /** The field of the tenant's policy that says how often it fires. */
  readonly atMost?: string;
};

/**
 * Transitions that an operator may force, as `region.status`: those whose consequences for units and money are written
 * down (slices/overriding.ts). A lifecycle says where it knows them, under the symbol of `overrideTo`.
 */
export const OVERRIDES = ['fulfilment.delivered', 'fulfilment.shipped', 'payment.void'] as const;

export type Override = (typeof OVERRIDES)[number];

/** The symbol of a forced transition. */
export const overrideTo = (place: string): string => `StatusOverridden:${place}`;

/**
 * A lifecycle as data: the grammar of an order's legal histories. Regions run side by side. Its symbols are event
 * types, `Type:last` where the event completes its kind, and overrides; a symbol is legal while some region has a way
 * for it.
 */
export type LifecycleDefinition = {
  readonly name: string;
  /** Another meaning needs another version. */
  readonly version: number;
  readonly regions: Readonly<Record<string, Region>>;
  readonly deadlines: readonly DeadlineRule[];
  /** Fields that an order of this lifecycle may have beside ours. Left out: none. */
  readonly fields?: FieldRules;
};

const byText = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** JSON with keys in the order of their code units and no space: one text for one value. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(byText);
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
};

/** A lifecycle as it is published: its definition as text, and what names it. */
export type PublishedLifecycle = {
  readonly name: string;
  readonly version: number;
  /** SHA-256 of `definition`, hex. */
  readonly hash: string;
  /** Canonical JSON of the definition. */
  readonly definition: string;
};

/** What an order names: `name@version#hash`. */
export const lifecycleRef = ({ name, version, hash }: Omit<PublishedLifecycle, 'definition'>): string =>
  `${name}@${version}#${hash}`;

/** The definition as it goes into the tenant's stream. */
export const publishable = (definition: LifecycleDefinition): PublishedLifecycle => {
  const text = canonicalJson(definition);
  return { name: definition.name, version: definition.version, hash: sha256(text), definition: text };
};
