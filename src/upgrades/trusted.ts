import type { Host } from '../host/host.ts';

const ROOT = 0;
const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const WHO_LIMIT_MS = 10_000;

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
  const parts = folder.split('/').slice(1);
  const paths = ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
  const stats = await Promise.all(paths.map(async (path) => ({ path, stat: await host.stat(path) })));
  for (const { path, stat } of stats) {
    if (stat.kind !== 'stat') return `${path} can't be looked at`;
    if (stat.type === 'symlink') return `${path} is a symbolic link`;
    if (stat.uid !== ROOT && stat.uid !== actor.uid)
      return `${path} belongs to another user (${String(stat.uid)}): run Freehold as that user`;
    const isShared = stat.gid !== ROOT && !(stat.uid === actor.uid && stat.gid === actor.gid);
    const isOpen = (stat.mode & OTHERS_WRITE) !== 0 || (isShared && (stat.mode & GROUP_WRITES) !== 0);
    if (isOpen && (stat.mode & STICKY) === 0) return `${path} can be changed by others`;
  }
  return undefined;
}
