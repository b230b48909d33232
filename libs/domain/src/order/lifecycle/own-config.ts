import { checkOwn, type CheckedLifecycle } from './own-faults.ts';
import type { OwnLifecycle } from './own.ts';

/** What `orderloom.config.ts` exports by default. */
export type OrderloomConfig = { readonly lifecycles?: readonly OwnLifecycle[] };

/** A configuration that cannot be used; `problems`: everything that is wrong with it, a line each. */
export class LifecycleError extends Error {
  readonly code = 'lifecycle-invalid';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The lifecycles cannot be used:\n  ${problems.join('\n  ')}`);
    this.name = 'LifecycleError';
    this.problems = problems;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Made by `defineLifecycle`, as far as can be seen. */
const isOwn = (value: unknown): value is OwnLifecycle => {
  if (!isRecord(value) || !isRecord(value['definition'])) return false;
  const { name, version, regions, deadlines } = value['definition'];
  return (
    typeof name === 'string' &&
    typeof version === 'number' &&
    isRecord(regions) &&
    Array.isArray(deadlines) &&
    Array.isArray(value['never'])
  );
};

const lifecyclesOf = (config: unknown): readonly OwnLifecycle[] => {
  if (!isRecord(config))
    throw new LifecycleError(['the configuration must export an object by default: { lifecycles: [ … ] }']);
  const unknown = Object.keys(config).filter((name) => name !== 'lifecycles');
  if (unknown.length > 0)
    throw new LifecycleError(unknown.map((name) => `${name} is not known; there is lifecycles`));
  const { lifecycles = [] } = config;
  if (!Array.isArray(lifecycles)) throw new LifecycleError(['lifecycles must be a list']);
  return lifecycles.map((one: unknown, index) => {
    if (isOwn(one)) return one;
    throw new LifecycleError([`lifecycles[${index}] is none: make it with defineLifecycle`]);
  });
};

const twice = (all: readonly OwnLifecycle[]): readonly string[] => {
  const names = all.map(({ definition: { name, version } }) => `${name}@${version}`);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${name} is there twice; give what differs another version`);
};

/** The lifecycles of a configuration, checked. Throws `LifecycleError` with everything that is wrong. */
export const lifecyclesIn = (config: unknown): readonly CheckedLifecycle[] => {
  const all = lifecyclesOf(config);
  const checked = all.map((own) => ({ own, result: checkOwn(own) }));
  const faults = checked.flatMap(({ own, result }) =>
    result.faults.map((fault) => `${own.definition.name}@${own.definition.version}: ${fault}`),
  );
  const problems = [...twice(all), ...faults];
  if (problems.length > 0) throw new LifecycleError(problems);
  return checked.flatMap(({ result }) => ('published' in result ? [result] : []));
};
