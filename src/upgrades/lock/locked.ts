import { posix } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { Place } from '../../controls/dependencies/state.ts';
import { FILE_LIMIT_BYTES, LOCK_TOOLS, type LockTool } from './lock-tool.ts';

/** A lock file that Freehold changes, with the tool that it is of. */
export interface Locked {
  readonly lock: Place;
  readonly tool: LockTool;
  /** What the file says. */
  readonly text: string;
}

/** A lock file with what is installed by it. */
export interface LockProject extends Pick<Locked, 'lock' | 'tool'> {
  readonly installed: readonly Place[];
}

/** `undefined` for a place that is no lock file, or one that Freehold doesn't change. */
export async function lockedBy(host: Host, lock: Place): Promise<Locked | undefined> {
  const { kind, path } = lock;
  const tools = kind === 'lock-file' ? LOCK_TOOLS.filter((tool) => tool.lock === posix.basename(path)) : [];
  if (tools.length === 0) return undefined;
  const result = await host.read(path, { limitBytes: FILE_LIMIT_BYTES });
  const text = result.kind === 'content' ? new TextDecoder().decode(result.bytes) : '';
  const tool = tools.find(({ wrote }) => wrote(text));
  return tool === undefined ? undefined : { lock, tool, text };
}

/**
 * Whether a folder node_modules is filled by a lock: of its own folder, or of one of its workspaces. A project below with a lock of
 * its own is another one.
 */
export function isFilledBy({ kind, path }: Place, { lock, tool, text }: Locked, places: readonly Place[]): boolean {
  if (kind !== 'node-modules') return false;
  const [folder, project] = [posix.dirname(lock.path), posix.dirname(path)];
  if (project === folder) return true;
  const below = posix.relative(folder, project);
  if (below.startsWith('..')) return false;
  const isNearer = (other: Place): boolean => {
    const own = posix.dirname(other.path);
    return other.kind === 'lock-file' && own !== folder && isIn(own, folder) && isIn(project, own);
  };
  return !places.some(isNearer) && tool.hasWorkspace(text, below);
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
