const ANSWER_WITHIN_MS = 2_000;

/** The body of a 200 answer; `undefined` for every other answer, and for none. */
export const answered = async (url: string): Promise<string | undefined> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const body = await response.text();
    return response.status === 200 ? body : undefined;
  } catch {
    return undefined;
  }
};
