import { loadAssetData } from '../core/assets.ts';
import type { ByteText } from '../core/byte-text.ts';
import type { SensitivePathsFile } from './shipped-schema.ts';

const DATA = 'src/apparmor/sensitive-paths.yaml';

/**
 * What Debian's tunables say of the variables that the data uses (tunables/home, kernelvars, run and proc of 3.0.8); but nobody's name
 * begins with a dot (useradd(8), NAME_REGEX), so that /home/.ecryptfs is no home.
 */
const VARIABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['@{HOME}', ['/home/[^./]*', '/root']],
  ['@{run}', ['/run', '/var/run']],
  ['@{PROC}', ['/proc']],
  ['@{uid}', ['[0-9]*']],
  ['@{pid}', ['[1-9]*']],
]);

/** A kind of path that a confined program should not reach unless that is its very work. */
export interface SensitivePath {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly source: string;
  /** Which access matters. */
  readonly permissions: readonly ('r' | 'w')[];
  /** Only rules without `owner` reach what is meant. */
  readonly isHarmlessToOwner: boolean;
  /** Patterns (AARE) without variables. */
  readonly patterns: readonly ByteText[];
}

let loaded: readonly SensitivePath[] | undefined;

/** All of them, in the order of the data, which ships with Freehold: shipped-schema.test.ts holds it against its schema. */
export function sensitivePaths(): readonly SensitivePath[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary of data that ships
  loaded ??= (loadAssetData(DATA) as SensitivePathsFile).paths.map(({ paths, unlessOwner, ...said }) => ({
    ...said,
    isHarmlessToOwner: unlessOwner === true,
    patterns: paths.flatMap((path) => expand(path)),
  }));
  return loaded;
}

function expand(path: string): readonly ByteText[] {
  for (const [name, values] of VARIABLES) {
    if (path.includes(name)) return values.flatMap((value) => expand(path.replace(name, () => value)));
  }
  return [path];
}
