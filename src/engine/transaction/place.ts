import { randomBytes } from 'node:crypto';
import { FreeholdError } from '../../core/error.ts';
import type { Host } from '../../host/host.ts';
import type { RunPlace } from './compile.ts';

const STATE_DIRECTORY = '/var/lib/freehold';
/** Not the caller's PATH: as root, a program of the same name found elsewhere would run instead. */
const SEARCH_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const RANDOM_BYTES = 3;

const ROOT = 0;

/** Where runs are kept and how the machine's shell is called; tests change parts of it. */
export type PlaceOptions = Partial<Omit<RunPlace, 'id'>>;

/**
 * Where the runs of whoever Freehold acts as are kept: root's are those of the machine, and everybody else has their own (XDG Base
 * Directory Specification). Throws `unreachable` when the machine doesn't say who that is.
 */
export async function placeOn(host: Host, options: PlaceOptions): Promise<PlaceOptions> {
  const { isRoot, isRunning, recordedAt } = host.facts;
  if (isRoot || !isRunning || recordedAt !== undefined || options.stateDirectory !== undefined) return options;
  const result = await host.run(['/bin/sh', '-c', WHO], { timeoutMs: WHO_LIMIT_MS });
  const said = result.kind === 'exited' ? new TextDecoder().decode(result.stdout) : '';
  const [, actor, home] = /^(\d+)\n(\/[^\n]*)\n$/.exec(said) ?? [];
  if (actor === undefined || home === undefined) {
    const message = `${host.facts.address} doesn't say who Freehold is there.`;
    const hint = 'Set HOME, or log in there as root.';
    throw new FreeholdError('unreachable', [{ code: 'run/who', level: 'error', message, hint }]);
  }
  return { actor: Number(actor), stateDirectory: `${home}/freehold`, ...options };
}

const WHO = 'id -u && printf "%s\\n" "${XDG_STATE_HOME:-$HOME/.local/state}"';
const WHO_LIMIT_MS = 10_000;

export function placeOf(id: string, options: PlaceOptions): RunPlace {
  return {
    id,
    stateDirectory: STATE_DIRECTORY,
    searchPath: SEARCH_PATH,
    shell: ['/bin/sh'],
    confirmWithinSeconds: null,
    actor: ROOT,
    ...options,
  };
}

/** `20261123T212035Z-4f1c9a`: sorts by time, and two runs of one second differ. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(RANDOM_BYTES).toString('hex')}`;
}

export function isRunId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(text);
}
