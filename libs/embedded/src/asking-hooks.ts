import type { Verdict } from '@orderloom/decider';
import { hooksFor, type HookRegisteredData, type TenantState } from '@orderloom/domain';
import {
  hookAnswerIn,
  systemClock,
  type Clock,
  type CommandRequest,
  type CommandResult,
  type Engine,
  type FindHook,
  type HookQuestion,
} from '@orderloom/engine';

/** How often one thing was said, and how long it was waited for in all. */
export type VerdictCount = Pick<Verdict, 'verdict' | 'by'> & {
  readonly before: string;
  readonly count: number;
  readonly seconds: number;
};

export type AskingHooks = {
  readonly engine: Engine;
  /** What hooks have said since the start. */
  readonly verdicts: () => readonly VerdictCount[];
};

type Asking = { readonly hookOf: FindHook; readonly clock: Clock };

const MS_A_SECOND = 1_000;

/** The answer where the decider wants verdicts that the command does not bring. */
const lacksVerdicts = ({ rejection }: CommandResult): boolean => rejection?.code === 'verdict-missing';

const questionOf = (request: CommandRequest, { name, before }: HookRegisteredData): HookQuestion => {
  const { stream, type, commandId, actor, channel } = request;
  // Sealed, and nobody's business but the buyer's.
  const { receiver: _, ...data } = request.data as Readonly<Record<string, unknown>>;
  return {
    ...{ id: commandId, tenant: stream.tenant, hook: name, before, command: type, data, actor, channel },
    stream: { type: stream.type, key: stream.key },
  };
};

/** One verdict within the budget, or what holds without one. */
const ask = ({ hookOf, clock }: Asking, rule: HookRegisteredData, question: HookQuestion): Promise<Verdict> =>
  new Promise((resolve) => {
    const began = clock.now();
    const tooLate = new AbortController();
    const give = (said: Omit<Verdict, 'hook' | 'tookMs'>): void => {
      cancel();
      resolve({ hook: rule.name, ...said, tookMs: Math.max(0, clock.now() - began) });
    };
    const instead = (by: 'time-out' | 'failure'): void => {
      give({ verdict: rule.onTimeout as Verdict['verdict'], reason: null, by });
    };
    const cancel = clock.after(rule.budgetMs, () => {
      instead('time-out');
      tooLate.abort();
    });
    const asked = async (): Promise<void> => {
      const hook = hookOf(question.tenant, question.hook);
      const answer = hook && hookAnswerIn(await hook(question, tooLate.signal));
      if (answer === undefined) instead('failure');
      else give({ ...answer, by: 'hook' });
    };
    asked().catch(() => {
      instead('failure');
    });
  });

/** Sums of what was said, by what was said. */
const verdictCounts = () => {
  const counts = new Map<string, VerdictCount>();
  return {
    add: (before: string, { verdict, by, tookMs }: Verdict): void => {
      const key = `${before} ${verdict} ${by}`;
      const { count, seconds } = counts.get(key) ?? { count: 0, seconds: 0 };
      counts.set(key, { before, verdict, by, count: count + 1, seconds: seconds + tookMs / MS_A_SECOND });
    },
    all: (): readonly VerdictCount[] => [...counts.values()],
  };
};

/**
 * The engine, whose tenants have their hooks asked. A command that needs verdicts is sent without any first: so one that was
 * answered before, or is refused anyway, asks nobody, and whoever decides says what is missing, whatever this process
 * knows of the tenant. Then the hooks are asked, all at once, and it is sent again with what they say.
 */
export const askingHooks = (
  engine: Engine,
  { hookOf, clock = systemClock }: { readonly hookOf: FindHook; readonly clock?: Clock | undefined },
): AskingHooks => {
  const counts = verdictCounts();
  /** What is being asked at this moment: a question that comes twice meanwhile is asked once. */
  const underWay = new Map<string, Promise<Verdict>>();

  const askOnce = (rule: HookRegisteredData, request: CommandRequest): Promise<Verdict> => {
    const question = questionOf(request, rule);
    const key = JSON.stringify(question);
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const asking = ask({ hookOf, clock }, rule, question).then((verdict) => {
      underWay.delete(key);
      counts.add(rule.before, verdict);
      return verdict;
    });
    underWay.set(key, asking);
    return asking;
  };
  const hooksOf = ({ stream, type }: CommandRequest): readonly HookRegisteredData[] => {
    const tenant = engine.globalOf(stream.tenant) as TenantState | undefined;
    return tenant === undefined ? [] : hooksFor(tenant, { stream: stream.type, type });
  };
  const sendAsking = async (request: CommandRequest): Promise<CommandResult> => {
    const first = await engine.send(request);
    if (!lacksVerdicts(first)) return first;
    const verdicts = await Promise.all(hooksOf(request).map((rule) => askOnce(rule, request)));
    return engine.send({ ...request, verdicts });
  };
  return {
    engine: {
      ...engine,
      send: (request) => (hooksOf(request).length === 0 ? engine.send(request) : sendAsking(request)),
    },
    verdicts: counts.all,
  };
};
