import type { Host } from '../../../host/host.ts';
import { type ByteText, compareBytes, toByteText } from '../../../core/byte-text.ts';
import { observeAttributes, observeWalk } from '../walk/observe.ts';
import type { Walk } from '../walk/walk.ts';
import { parseFileCapabilities } from './capabilities.ts';
import { mountOf, type Mounts, parseMounts } from './mounts.ts';
import { parseNames } from './names.ts';
import type { PrivilegedPolicy } from './policy.ts';
import type { PrivilegedFile, PrivilegedState } from './state.ts';

const MOUNTS = '/proc/self/mounts';
const CAPABILITY = 'security.capability';
const WHOLE: Mounts = { local: ['/'], nosuid: new Set(), passedOver: [] };

/** Looks for files that run with more rights than those of who starts them, on every file system of the machine itself. */
export async function observePrivileged(
  host: Host,
  { without }: Pick<PrivilegedPolicy, 'without'>,
): Promise<PrivilegedState> {
  const [mountsFile, users, groups] = await Promise.all([
    host.facts.isRunning ? host.read(MOUNTS) : undefined,
    namesOf(host, '/etc/passwd'),
    namesOf(host, '/etc/group'),
  ]);
  if (mountsFile !== undefined && mountsFile.kind !== 'content')
    return { kind: 'failed', reason: mountsFile.kind === 'missing' ? `there is no ${MOUNTS}` : mountsFile.message };
  const mounts = mountsFile === undefined ? WHOLE : parseMounts(new TextDecoder().decode(mountsFile.bytes));
  const question = { trees: mounts.local, without, hasOtherFileSystems: !host.facts.isRunning };
  const [walked, attributes] = await Promise.all([
    observeWalk(host, { ...question, isPrivilegedOnly: true }),
    observeAttributes(host, { ...question, name: CAPABILITY }),
  ]);
  if (walked.kind === 'failed') return walked;
  const capabilities =
    attributes.kind === 'attributes'
      ? new Map([...attributes.attributes].map(([path, one]) => [path, one[CAPABILITY] ?? '']))
      : new Map<ByteText, string>();
  const unread = attributes.kind === 'attributes' ? attributes.unread : [`file capabilities: ${attributes.reason}`];
  const described = await describeOthers(host, [...capabilities.keys()], walked.walk);
  const guarded = await placesOfRoot(
    host,
    described.map(({ path }) => path),
  );
  const files = described.map((one): PrivilegedFile => {
    const hex = capabilities.get(one.path);
    return {
      ...one,
      owner: users.get(one.uid) ?? String(one.uid),
      group: groups.get(one.gid) ?? String(one.gid),
      ...(hex !== undefined && { capabilities: parseFileCapabilities(hex) ?? 'unclear' }),
      isOnNosuid: mounts.nosuid.has(mountOf(one.path, mounts.local.map(toByteText))),
      isPlaceOfRoot: guarded.has(one.path),
    };
  });
  return {
    kind: 'looked',
    files,
    problems: [...walked.unlisted, ...unread].sort(),
    passedOver: mounts.passedOver,
  };
}

type Described = Pick<PrivilegedFile, 'path' | 'mode' | 'uid' | 'gid'>;

/** Files that have capabilities and neither bit are described one by one; there are few. */
async function describeOthers(host: Host, paths: readonly ByteText[], walk: Walk): Promise<readonly Described[]> {
  const known = new Map<ByteText, Described>();
  for (const [index, path] of walk.paths.entries()) {
    const { mode, uid, gid } = walk.at(index);
    known.set(path, { path, mode, uid, gid });
  }
  await Promise.all(
    paths
      .filter((path) => !known.has(path))
      .map(async (path) => {
        const stat = await host.stat(Buffer.from(path, 'latin1').toString('utf8'));
        // What can't be described has its capabilities all the same.
        const { mode, uid, gid } = stat.kind === 'stat' ? stat : { mode: 0, uid: -1, gid: -1 };
        known.set(path, { path, mode, uid, gid });
      }),
  );
  return [...known.values()].sort((a, b) => compareBytes(a.path, b.path));
}

const ROOT = 0;
/** For the group and others. */
const WRITABLE = 0o022;

/** Those of some files that lie in folders which are root's alone, up to the root. */
async function placesOfRoot(host: Host, paths: readonly ByteText[]): Promise<ReadonlySet<ByteText>> {
  const foldersOf = (path: ByteText): readonly ByteText[] => {
    const names = path.split('/').slice(1, -1);
    return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
  };
  const folders = [...new Set(paths.flatMap(foldersOf))];
  const stats = await Promise.all(folders.map((folder) => host.stat(Buffer.from(folder, 'latin1').toString('utf8'))));
  const ofRoot = new Set(
    folders.filter((_, index) => {
      const stat = stats[index];
      return stat?.kind === 'stat' && stat.type === 'directory' && stat.uid === ROOT && (stat.mode & WRITABLE) === 0;
    }),
  );
  return new Set(paths.filter((path) => foldersOf(path).every((folder) => ofRoot.has(folder))));
}

async function namesOf(host: Host, path: string): Promise<ReadonlyMap<number, string>> {
  const file = await host.read(path);
  return file.kind === 'content' ? parseNames(new TextDecoder().decode(file.bytes)) : new Map();
}
