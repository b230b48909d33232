import { fileURLToPath } from 'node:url';

/** The engine's own program, as it is built; the way to it is the same from the sources and from a build. */
export const ENGINE_PROGRAM = fileURLToPath(new URL('../../command-service/dist/main.js', import.meta.url));
