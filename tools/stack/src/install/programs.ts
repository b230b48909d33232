import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** The full path of a program on PATH. */
export const onPath = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isProgram);

/** Whether somebody asked for system packages to be installed where one is missing. */
export const mayInstall = (): boolean => process.env['ORDERLOOM_STACK_INSTALL'] === '1';

export type Java = {
  readonly program: string;
  readonly home: string;
  readonly major: number;
  /** The exact build of its virtual machine. */
  readonly build: string;
};

const readJava = (): Java | undefined => {
  const program = onPath('java');
  if (program === undefined) return undefined;
  const { stderr } = spawnSync(program, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  const major = Number(/java\.specification\.version = (\d+)/.exec(stderr)?.[1] ?? 0);
  const home = /java\.home = (.+)/.exec(stderr)?.[1]?.trim() ?? dirname(dirname(realpathSync(program)));
  const build = /java\.vm\.version = (.+)/.exec(stderr)?.[1]?.trim() ?? '';
  return { program, home, major, build };
};

let known: Java | undefined;

/** The Java on PATH, asked once; asked again while there is none. */
export const java = (): Java | undefined => (known ??= readJava());
