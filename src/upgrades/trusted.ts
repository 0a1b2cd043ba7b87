import { posix } from 'node:path';
import type { Host, StatResult } from '../host/host.ts';

const ROOT = 0;
const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const WHO_LIMIT_MS = 10_000;
const LOOK_LIMIT_MS = 2 * 60 * 1000;
/** As many as the kernel follows (path_resolution(7)). */
const LINKS_LIMIT = 40;

/** Who Freehold acts as on a machine. */
export interface Actor {
  readonly uid: number;
  readonly gid: number;
}

/** `undefined` where nothing runs, or it doesn't say. */
export async function actorOn(host: Host): Promise<Actor | undefined> {
  const result = await host.run(['/bin/sh', '-c', 'id -u && id -g'], { timeoutMs: WHO_LIMIT_MS });
  const said = result.kind === 'exited' ? new TextDecoder().decode(result.stdout) : '';
  const [, uid, gid] = /^(\d+)\n(\d+)\n$/.exec(said) ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/**
 * Why programs of a folder are not to be run, in one sentence; `undefined` where nobody but root and the one who is at work can
 * change what is in it, on the whole way to it. The rule is that of the transaction's own scripts.
 */
export async function whyNotTrusted(host: Host, folder: string, actor: Actor): Promise<string | undefined> {
  for (const path of wayTo(folder)) {
    const stat = await host.stat(path);
    if (stat.kind === 'stat' && stat.type === 'symlink') return `${path} is a symbolic link`;
    // In a sticky folder others can't exchange what is there, but they can add to it.
    const distrust = whyNot({ path, stat, isStickyEnough: path !== folder }, actor);
    if (distrust !== undefined) return distrust;
  }
  return undefined;
}

/** The same for one file, wherever links lead on the way to it. */
export async function whyFileNotTrusted(host: Host, file: string, actor: Actor): Promise<string | undefined> {
  let ahead = file.split('/').slice(1);
  let path = '';
  for (let links = 0; ahead.length > 0;) {
    const [part = '', ...rest] = ahead;
    ahead = rest;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      path = posix.dirname(path);
      continue;
    }
    const next = `${path === '/' ? '' : path}/${part}`;
    const stat = await host.stat(next);
    const distrust = whyNot({ path: next, stat, isStickyEnough: true }, actor);
    if (distrust !== undefined) return distrust;
    if (stat.kind !== 'stat' || stat.target === undefined) {
      path = next;
      continue;
    }
    links += 1;
    if (links > LINKS_LIMIT) return `${file} leads in a circle`;
    if (stat.target.startsWith('/')) path = '';
    ahead = [...stat.target.split('/'), ...ahead];
  }
  return undefined;
}

/** The same for all that lies below some folders and files; those that aren't there don't count. */
export async function whyContentsNotTrusted(
  host: Host,
  paths: readonly string[],
  { uid, gid }: Actor,
): Promise<string | undefined> {
  const [own, group] = [String(uid), String(gid)];
  const isForeign = ['!', '-user', String(ROOT), '!', '-user', own];
  const isOwnGroup = ['-user', own, '-group', group];
  const isOpenToGroup = ['-perm', '-020', '!', '-group', String(ROOT), '!', '(', ...isOwnGroup, ')'];
  const isOpen = ['!', '-type', 'l', '(', '-perm', '-002', '-o', ...isOpenToGroup, ')'];
  const stats = await Promise.all(paths.map(async (path) => ({ path, stat: await host.stat(path) })));
  const looked = stats.filter(({ stat }) => stat.kind === 'stat').map(({ path }) => path);
  if (looked.length === 0) return undefined;
  const argv = ['find', ...looked, '(', ...isForeign, '-o', ...isOpen, ')', '-print', '-quit'] as const;
  const result = await host.run(argv, { timeoutMs: LOOK_LIMIT_MS });
  if (result.kind !== 'exited' || result.code !== 0) return `${looked.join(' and ')} can't be looked through`;
  const first = new TextDecoder().decode(result.stdout).trim();
  return first === '' ? undefined : `${first} belongs to another user, or others can change it`;
}

/** `/`, and every folder on. */
function wayTo(path: string): readonly string[] {
  const parts = path.split('/').slice(1);
  return ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
}

interface Looked {
  readonly path: string;
  readonly stat: StatResult;
  readonly isStickyEnough: boolean;
}

function whyNot({ path, stat, isStickyEnough }: Looked, actor: Actor): string | undefined {
  if (stat.kind !== 'stat') return `${path} can't be looked at`;
  if (stat.uid !== ROOT && stat.uid !== actor.uid)
    return `${path} belongs to another user (${String(stat.uid)}): run Freehold as that user`;
  if (stat.type === 'symlink') return undefined;
  const isShared = stat.gid !== ROOT && !(stat.uid === actor.uid && stat.gid === actor.gid);
  const isOpen = (stat.mode & OTHERS_WRITE) !== 0 || (isShared && (stat.mode & GROUP_WRITES) !== 0);
  return isOpen && !(isStickyEnough && (stat.mode & STICKY) !== 0) ? `${path} can be changed by others` : undefined;
}
