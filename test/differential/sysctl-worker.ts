/**
 * Runs inside a mount namespace that sysctl.test.ts makes: for each generated tree, what systemd-sysctl sets in a fresh
 * network namespace is compared with what the kernel domain says the next boot will set. Prints one line of JSON.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, type Stats, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import fc from 'fast-check';
import { placedAssignments } from '../../src/controls/kernel/sysctl/assignments.ts';
import { simulateBoot } from '../../src/controls/kernel/sysctl/next-boot.ts';
import { observeConfFiles } from '../../src/controls/kernel/sysctl/observe.ts';
import type { ConfFileState } from '../../src/controls/kernel/conf-directory/state.ts';
import { normalizeValue } from '../../src/controls/kernel/sysctl/value.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { COMPARED_PATHS, DIRECTORIES, expandOverlong, INTERFACES, tree, type TreeEntry } from './sysctl-trees.ts';

const [systemdSysctl = '', count = '', seed = ''] = process.argv.slice(2);
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const SHOWN_DIFFERENCES = 3;

/** The paths hold no character that means anything to a shell: they are constants of sysctl-trees.ts. */
const MEASURE_SCRIPT = `
{ ${INTERFACES.map((name) => `echo link add ${name} type bridge;`).join(' ')} } | ip -batch - || exit 9
show() { (cd /proc/sys && grep '' ${COMPARED_PATHS.join(' ')}); }
show; echo --; "$0" 2>/dev/null; show; :`;

interface Measured {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

mountEmptyDirectories();
const host = openLocalHost();
const written = inheritedMarks();
const trees = fc.sample(tree, { numRuns: Number(count), seed: Number(seed) });
const totals = { trees: trees.length, values: 0, changed: 0, files: 0 };
const differences: unknown[] = [];
for (const entries of trees) {
  writeTree(entries);
  const measured = measure();
  const { files } = await observeConfFiles(host);
  compareValues(entries, measured, files);
  compareOrder(entries, files);
}
const shown = differences.slice(0, SHOWN_DIFFERENCES);
process.stdout.write(`${JSON.stringify({ ...totals, differences: differences.length, shown })}\n`);

function compareValues(entries: readonly TreeEntry[], measured: Measured, files: readonly ConfFileState[]): void {
  const interfaces = ['lo', ...INTERFACES];
  const predicted = simulateBoot({
    commandLine: [],
    assignments: placedAssignments(files).assignments,
    keys: COMPARED_PATHS,
    interfaces: { ipv4: interfaces, ipv6: interfaces },
    current: measured.before,
    initial: measured.before,
    written,
  });
  for (const path of COMPARED_PATHS) {
    const before = normalizeValue(measured.before.get(path) ?? 'missing');
    const after = normalizeValue(measured.after.get(path) ?? 'missing');
    const ours = normalizeValue(predicted.get(path)?.value ?? before);
    totals.values += 1;
    if (after !== before) totals.changed += 1;
    if (after !== ours) differences.push({ path, after, ours, because: predicted.get(path), entries });
  }
}

/** --cat-config names the files in order; it stops at the first it can't read, after naming it if it could be opened. */
function compareOrder(entries: readonly TreeEntry[], files: readonly ConfFileState[]): void {
  const output = spawnSync(systemdSysctl, ['--cat-config', '--no-pager'], { maxBuffer: OUTPUT_LIMIT_BYTES });
  const lines = output.stdout.toString().split('\n');
  const theirs = lines.filter((line) => /^# \/(etc|run|usr)\/.*sysctl\.d\//.test(line)).map((line) => line.slice(2));
  const stop = files.findIndex((file) => (file.content.kind === 'absent' && !isMask(file.path)) || isOverlong(file));
  const isStopNamed = isDirectory(files[stop]?.path ?? '') || files[stop]?.content.kind === 'text';
  const named = stop === -1 ? files : files.slice(0, isStopNamed ? stop + 1 : stop);
  const ours = named.map((file) => file.path);
  totals.files += theirs.length;
  if (ours.join('\n') !== theirs.join('\n')) differences.push({ ours, theirs, entries });
}

function isOverlong(file: ConfFileState): boolean {
  return placedAssignments([file]).problems.some(({ problem }) => problem === 'line-too-long');
}

function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

/** A link that leads to /dev/null by way of others. */
function isMask(path: string): boolean {
  return statOf(path)?.isCharacterDevice() === true;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined; // nothing there, or a link that leads nowhere or in a circle
  }
}

function mountEmptyDirectories(): void {
  for (const directory of ['/etc/sysctl.d', '/usr/lib/sysctl.d', '/usr/local/lib', '/run']) {
    const result = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', directory]);
    if (result.status !== 0) throw new Error(`mount on ${directory}: ${result.stderr.toString()}`);
  }
  mkdirSync('/usr/local/lib/sysctl.d');
  mkdirSync('/run/sysctl.d');
}

function writeTree(entries: readonly TreeEntry[]): void {
  for (const directory of DIRECTORIES) {
    for (const name of readdirSync(directory)) rmSync(`${directory}/${name}`, { recursive: true });
  }
  for (const entry of entries) {
    if (entry.kind === 'file') writeFileSync(entry.path, expandOverlong(entry.content));
    else if (entry.kind === 'link') symlinkSync(entry.target, entry.path);
    else mkdirSync(entry.path);
  }
}

function measure(): Measured {
  const result = spawnSync('unshare', ['-n', 'sh', '-c', MEASURE_SCRIPT, systemdSysctl]);
  if (result.status !== 0) throw new Error(`network namespace: ${result.stderr.toString()}`);
  const [before = '', after = ''] = result.stdout.toString().split('--\n');
  return { before: toMap(before), after: toMap(after) };
}

function toMap(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/**
 * Where somebody has written to conf/default of this machine, the kernel keeps a mark that new namespaces and their
 * interfaces inherit (`state` of struct ipv4_devconf): conf/default no longer reaches them. On a machine that boots nobody
 * has written yet. Which marks are inherited here is seen by trying.
 */
function inheritedMarks(): readonly string[] {
  const leaves = [...new Set(COMPARED_PATHS.flatMap((path) => /^net\/ipv4\/conf\/lo\/(.+)$/.exec(path)?.[1] ?? []))];
  const script = `cd /proc/sys/net/ipv4/conf && for leaf in ${leaves.join(' ')}; do
      if [ "$(cat default/$leaf)" = 0 ]; then other=1; else other=0; fi
      echo $other >default/$leaf
      if [ "$(cat lo/$leaf)" != $other ]; then echo $leaf; fi
    done`;
  const result = spawnSync('unshare', ['-n', 'sh', '-c', script]);
  if (result.status !== 0) throw new Error(`network namespace: ${result.stderr.toString()}`);
  const marked = result.stdout
    .toString()
    .split('\n')
    .filter((leaf) => leaf !== '');
  return marked.flatMap((leaf) => ['lo', ...INTERFACES].map((name) => `net/ipv4/conf/${name}/${leaf}`));
}
