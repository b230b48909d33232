import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { PublishLifecycleData, TenantEvent } from '../messages/generated/tenant.ts';
import { compiledLifecycle } from '../order/lifecycle/compiled.ts';
import { lifecycleRef, type PublishedLifecycle } from '../order/lifecycle/definition.ts';
import { sha256 } from '../order/lifecycle/sha256.ts';
import type { TenantState } from './state.ts';

type Named = Pick<PublishedLifecycle, 'name' | 'version'>;

const sameVersion = (state: TenantState, { name, version }: Named): PublishedLifecycle | undefined =>
  Object.values(state.lifecycles).find((known) => known.name === name && known.version === version);

/** Why the text is no lifecycle of that name and version; `undefined`: it is one. */
const faultOf = (data: PublishLifecycleData): string | undefined => {
  if (sha256(data.definition) !== data.hash) return 'the hash is not that of the definition';
  try {
    const { definition } = compiledLifecycle(data);
    if (definition.name !== data.name || definition.version !== data.version)
      return `the definition calls itself ${definition.name}@${definition.version}`;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'it does not compile';
  }
};

/** A published version never changes its meaning: another content needs another version. */
export const publishLifecycle = (state: TenantState, data: PublishLifecycleData): Decision<TenantEvent> => {
  const known = sameVersion(state, data);
  const named = `${data.name}@${data.version}`;
  if (known && known.hash !== data.hash)
    return refuseState(
      'lifecycle-changed',
      `${named} is published with hash ${known.hash}, not ${data.hash}; give what changed a new version`,
    );
  if (known) return refuseState('lifecycle-known', `${named} is published already, with this content`);
  const fault = faultOf(data);
  if (fault !== undefined) return refuseContent('lifecycle-invalid', `${named}: ${fault}`, '/definition');
  return accept({ type: 'LifecyclePublished', data });
};

/** The state with one lifecycle more; orders that name none of its versions follow the highest. */
export const withLifecycle = (state: TenantState, published: PublishedLifecycle): TenantState => {
  const ref = lifecycleRef(published);
  const before = state.lifecycles[state.current[published.name] ?? ''];
  return {
    ...state,
    lifecycles: { ...state.lifecycles, [ref]: published },
    current:
      before && before.version > published.version
        ? state.current
        : { ...state.current, [published.name]: ref },
  };
};

/**
 * What a start of this build means for a tenant: lifecycles that are still to be published, and those whose version
 * is published with another hash. With any of the latter the engine must not start.
 */
export const lifecyclesToPublish = (
  state: TenantState,
  known: readonly PublishedLifecycle[],
): { readonly missing: readonly PublishedLifecycle[]; readonly changed: readonly string[] } => {
  const missing: PublishedLifecycle[] = [];
  const changed: string[] = [];
  for (const lifecycle of known) {
    const published = sameVersion(state, lifecycle);
    if (!published) missing.push(lifecycle);
    else if (published.hash !== lifecycle.hash)
      changed.push(
        `${lifecycle.name}@${lifecycle.version} is published with hash ${published.hash}, this build has ${lifecycle.hash}`,
      );
  }
  return { missing, changed };
};
