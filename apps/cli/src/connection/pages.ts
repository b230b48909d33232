import { type Api, bodyIn, type Json } from './api.ts';

/** The pages of a list, one after the other. `query`: what is asked for, the length of a page with it. */
export async function* pagesOf(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<Json> {
  const asked = new URLSearchParams(query);
  for (;;) {
    const page = bodyIn(await api.get(`${path}?${asked.toString()}`));
    yield page;
    if (typeof page['next'] !== 'string') return;
    asked.set('cursor', page['next']);
  }
}
