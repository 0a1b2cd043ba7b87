import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import type { Host } from '../../src/host/host.ts';

/** One thing of a generated tree; `path` is relative to its root. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const NAMES = ['a', 'b', 'c', 'é'] as const;
const MOST_PARTS = 4;
const MOST_ENTRIES = 14;
const MOST_QUERIES = 12;

const name = fc.constantFrom(...NAMES);
const step = fc.oneof({ weight: 5, arbitrary: name }, fc.constantFrom('..', '.', ''));
const path = fc.array(name, { minLength: 1, maxLength: MOST_PARTS }).map((parts) => parts.join('/'));
const target = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 1, maxLength: MOST_PARTS }))
  .map(([isAbsolute, parts]) => (isAbsolute ? '/' : '') + parts.join('/'))
  .filter((text) => text !== '');
const entry = fc.oneof(fc.record({ kind: fc.constantFrom('file' as const, 'directory' as const), path }), {
  weight: 2,
  arbitrary: fc.record({ kind: fc.constant('link' as const), path, target }),
});

export const treeAndQueries = fc.record({
  entries: fc.array(entry, { minLength: 1, maxLength: MOST_ENTRIES }),
  queries: fc.array(
    fc.array(step, { minLength: 1, maxLength: MOST_PARTS + 2 }).map((parts) => `/${parts.join('/')}`),
    { minLength: 1, maxLength: MOST_QUERIES },
  ),
});

/** Makes what can be made: an entry below a file or a link, or in the place of another, is left out. */
export function writeTree(root: string, entries: readonly TreeEntry[]): void {
  mkdirSync(join(root, 'etc'), { recursive: true });
  const taken = new Map<string, TreeEntry['kind']>([['', 'directory']]);
  for (const one of entries) {
    const parts = one.path.split('/');
    const parents = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
    if (taken.has(one.path) || parents.some((parent) => (taken.get(parent) ?? 'directory') !== 'directory')) continue;
    for (const parent of parents) taken.set(parent, 'directory');
    taken.set(one.path, one.kind);
    mkdirSync(join(root, ...parts.slice(0, -1)), { recursive: true });
    if (one.kind === 'file') writeFileSync(join(root, one.path), `content of ${one.path}`);
    else if (one.kind === 'directory') mkdirSync(join(root, one.path), { recursive: true });
    else symlinkSync(one.target, join(root, one.path));
  }
}

/** perl is there wherever dpkg is. It answers for each path what the kernel makes of it for a process whose root is the tree. */
const ORACLE = `
use Errno;
chroot($ARGV[0]) or die; chdir('/') or die;
while (my $path = <STDIN>) {
  chomp $path;
  my $answer;
  if (stat $path) {
    if (-d _) { opendir(my $d, $path) or die; $answer = 'directory ' . join(',', sort grep { !/^\\.\\.?$/ } readdir $d); }
    else { open(my $f, '<', $path) or die; $answer = 'file ' . join('', <$f>); }
  } elsif ($!{ELOOP}) { $answer = 'loop' } elsif ($!{ENOENT} || $!{ENOTDIR}) { $answer = 'missing' } else { $answer = "$!" }
  my $own = lstat $path ? (-l _ ? 'link ' . readlink $path : -d _ ? 'directory' : 'file') : $!{ELOOP} ? 'loop' : 'missing';
  print "$answer|$own\\n";
}`;

export function askChroot(root: string, queries: readonly string[]): readonly string[] {
  const result = spawnSync('perl', ['-e', ORACLE, root], { input: `${queries.join('\n')}\n`, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`perl: ${result.stderr}`);
  return result.stdout.split('\n').slice(0, -1);
}

export async function askHost(host: Host, query: string): Promise<string> {
  const [read, listing, stat] = await Promise.all([host.read(query), host.list(query), host.stat(query)]);
  const isLoop = read.kind === 'unreadable' && listing.kind === 'unreadable';
  const answer =
    read.kind === 'content'
      ? `file ${Buffer.from(read.bytes).toString()}`
      : listing.kind === 'entries'
        ? `directory ${listing.entries.map((one) => one.name).join(',')}`
        : isLoop
          ? 'loop'
          : read.kind;
  const own =
    stat.kind === 'stat'
      ? stat.type === 'symlink'
        ? `link ${stat.target ?? ''}`
        : stat.type
      : stat.kind === 'missing'
        ? 'missing'
        : 'loop';
  return `${answer}|${own}`;
}

export function whyNoChroot(): string | false {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root for chroot(2)';
  return spawnSync('perl', ['-e', '1']).status === 0 ? false : 'needs perl';
}
