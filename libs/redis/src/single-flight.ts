/** Asks once however many want to know: whoever comes while a question is under way gets its answer. */
export const singleFlight = (): (<T>(key: string, ask: () => Promise<T>) => Promise<T>) => {
  const underWay = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const present = underWay.get(key) as Promise<T> | undefined;
    if (present !== undefined) return present;
    const asked = ask().finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };
};
