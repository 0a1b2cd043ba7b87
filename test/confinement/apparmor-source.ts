/** AppArmor's own sources, which are not copied here: their tests are the judge of ours where a tree of them is given. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type Dialect, DIALECTS } from '../../src/apparmor/language/syntax.ts';

const VARIABLE = 'FREEHOLD_APPARMOR_SOURCE';

export interface ApparmorSource {
  readonly folder: string;
  readonly version: string;
  readonly dialect: Dialect;
}

/** The tree that {@link VARIABLE} names, or why there is none. */
export function apparmorSource(): ApparmorSource | string {
  const folder = process.env[VARIABLE];
  if (folder === undefined || folder === '')
    return `LEFT OUT: ${VARIABLE} names no folder of AppArmor's sources (apt-get source apparmor)`;
  const file = join(folder, 'common', 'Version');
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return `LEFT OUT: ${file} is not there`;
  const version = readFileSync(file, 'utf8').trim();
  const dialect = dialectOf(version);
  return dialect === undefined ? `LEFT OUT: version ${version} of AppArmor is not known` : { folder, version, dialect };
}

/** The newest dialect that is not newer than a version: `3.0.8`, `5.0.2~rc1`. */
export function dialectOf(version: string): Dialect | undefined {
  const [major = 0, minor = 0] = version.split(/[.~]/).map(Number);
  return DIALECTS.findLast((dialect) => {
    const [ofMajor = 0, ofMinor = 0] = dialect.split('.').map(Number);
    return ofMajor < major || (ofMajor === major && ofMinor <= minor);
  });
}
