/** Runs a check; its failure tells the story first and points at the caller of `word`, not into this library. */
export const readably = (story: string, word: (...args: never[]) => unknown, check: () => void): void => {
  try {
    check();
  } catch (error) {
    if (error instanceof Error) {
      error.message = `${story}\n\n${error.message}`;
      Error.captureStackTrace(error, word);
    }
    throw error;
  }
};
