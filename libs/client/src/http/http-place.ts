/** Where requests go, without a slash at the end, and what each of them carries. */
export type HttpPlace = { readonly base: string; readonly headers: Readonly<Record<string, string>> };
