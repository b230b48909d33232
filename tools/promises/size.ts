/** How much a promise is tried: little in every run of the tests, `full` in `npm run test:full`. */
export const size = (ci: number, full: number): number =>
  process.env['ORDERLOOM_SIZE'] === 'full' ? full : ci;
