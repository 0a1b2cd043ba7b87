import { z } from 'zod';
import { loadAssetData } from '../core/assets.ts';
import type { ByteText } from '../core/byte-text.ts';

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

const dataSchema = z.strictObject({
  format: z.literal(1),
  paths: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      why: z.string(),
      source: z.string(),
      unlessOwner: z.boolean().optional(),
      permissions: z.array(z.enum(['r', 'w'])).min(1),
      paths: z.array(z.string()).min(1),
    }),
  ),
});

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

/** All of them, in the order of the data. */
export function sensitivePaths(): readonly SensitivePath[] {
  loaded ??= dataSchema.parse(loadAssetData(DATA)).paths.map(({ paths, unlessOwner, ...said }) => ({
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
