import { publishable, type PublishedLifecycle } from '../lifecycle/definition.ts';
import { retail } from './retail.ts';
import { terms } from './terms.ts';

/** Every lifecycle of this build, as it is published in each tenant's stream. A new one joins here. */
export const knownLifecycles: readonly PublishedLifecycle[] = [retail, terms].map(publishable);
