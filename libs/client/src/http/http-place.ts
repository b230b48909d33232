/** Where an engine listens. */
export type HttpConnection = {
  readonly url: string;
  /** Sent with every request, for a proxy that authenticates. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Where requests go, without a slash at the end, and what each of them carries. */
export type HttpPlace = { readonly base: string; readonly headers: Readonly<Record<string, string>> };

export const httpPlace = ({ url, headers = {} }: HttpConnection): HttpPlace => ({
  base: url.replace(/\/+$/, ''),
  headers,
});
