import { orderIdsFrom } from '@orderloom/decider';
import type { KeyStore } from '@orderloom/engine';
import type { HttpOptions } from '@orderloom/http';
import { searchTerms } from '@orderloom/views';
import { personTokens } from '@orderloom/wire';

/** How orders are searched: by words of their documents, and by what the key of the tenant makes of a name. */
export const orderSearch = (keyStore: KeyStore): NonNullable<HttpOptions['search']> => ({
  read: (tenant, text) => {
    const read = searchTerms(text, (said) => personTokens(keyStore, tenant, said));
    return read.outcome === 'fault' ? { fault: read.detail } : { terms: read.asked };
  },
  sortKeyAt: orderIdsFrom,
});
