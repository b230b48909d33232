import { findingsOf, type FindingKind, type Lifecycle, type Move } from '@orderloom/domain';
import type { Api } from '../connection/api.ts';
import { ordersOf, publishedLifecycle, type ListedOrder } from './population.ts';

/** What a change would take away from orders that are there. */
type PopulationFinding = {
  readonly kind: FindingKind;
  readonly what: string;
  readonly orders: number;
  /** A few of them. */
  readonly examples: readonly string[];
};

export type PopulationCheck = {
  /** `name@version`. */
  readonly lifecycle: string;
  readonly orders: number;
  readonly findings: readonly PopulationFinding[];
};

const EXAMPLES = 3;

const standingKey = ({ lifecycleVersion, status, deadlines, fields }: ListedOrder): string =>
  JSON.stringify([lifecycleVersion, status, deadlines.map(({ name }) => name), fields]);

/** Lifecycles by version, each read once. */
const versionsOf = (api: Api, name: string): ((version: number) => Promise<Lifecycle>) => {
  const known = new Map<number, Promise<Lifecycle>>();
  return (version) => {
    const found = known.get(version) ?? publishedLifecycle(api, name, version);
    known.set(version, found);
    return found;
  };
};

/** Holds a lifecycle against every order of `name`, or those of one version of it. Orders that stand alike are judged once. */
export const checkPopulation = async (
  api: Api,
  after: Lifecycle,
  {
    name,
    version,
    moves = [],
  }: { readonly name: string; readonly version?: number; readonly moves?: readonly Move[] },
): Promise<PopulationCheck> => {
  const before = versionsOf(api, name);
  const judged = new Map<string, ReturnType<typeof findingsOf>>();
  const found = new Map<string, PopulationFinding>();
  let orders = 0;
  for await (const page of ordersOf(api, name))
    for (const order of page) {
      if (version !== undefined && order.lifecycleVersion !== version) continue;
      orders += 1;
      const key = standingKey(order);
      const standing = { ...order, deadlines: order.deadlines.map((one) => one.name) };
      const findings =
        judged.get(key) ?? findingsOf(await before(order.lifecycleVersion), after, standing, moves);
      judged.set(key, findings);
      for (const finding of findings) {
        const { kind, what } = finding;
        const known = found.get(`${kind} ${what}`) ?? { kind, what, orders: 0, examples: [] };
        const examples = [...known.examples, order.orderId].slice(0, EXAMPLES);
        found.set(`${kind} ${what}`, { ...known, orders: known.orders + 1, examples });
      }
    }
  const { definition } = after;
  return {
    lifecycle: `${definition.name}@${definition.version}`,
    orders,
    findings: [...found.values()],
  };
};
