import { spawnSync } from 'node:child_process';

/** Why a test that needs these programs is left out here, or `false`. */
export function whyNo(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return missing.length === 0 ? false : `LEFT OUT: no ${missing.join(', no ')}; install what has it`;
}
