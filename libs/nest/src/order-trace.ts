import type { Registry, StreamRef } from '@orderloom/decider';
import { underItsKey, type Engine } from '@orderloom/engine';
import type { HttpOptions } from '@orderloom/http';
import { besideOrder, listedByOrder, namedAsOrder, wholeInTrace } from '@orderloom/views';

const PAGE = 200;

const listed = async (engine: Engine, type: string, tenant: string, order: string): Promise<StreamRef[]> => {
  const found: StreamRef[] = [];
  for (let before: string | null = null, pages = 0; pages === 0 || before !== null; pages++) {
    const page = await engine.list(type, tenant, `order:${order}`, before, PAGE);
    found.push(...page.documents.map((one) => ({ tenant, type, key: underItsKey(one, tenant).id })));
    before = page.next;
  }
  return found;
};

/** What belongs to an order, as HTTP needs it. */
export const orderTrace = (engine: Engine, registry: Registry): Pick<HttpOptions, 'traced'> => {
  const type = registry.types.find(({ name }) => name === 'order');
  return type === undefined
    ? {}
    : {
        traced: {
          type,
          whole: wholeInTrace,
          beside: besideOrder,
          also: async (tenant, order) => [
            ...namedAsOrder.map((name) => ({ tenant, type: name, key: order })),
            ...(await Promise.all(listedByOrder.map((name) => listed(engine, name, tenant, order)))).flat(),
          ],
        },
      };
};
