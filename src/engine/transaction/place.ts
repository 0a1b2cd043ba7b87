import { randomBytes } from 'node:crypto';
import type { RunPlace } from './compile.ts';

export const STATE_DIRECTORY = '/var/lib/freehold';
/** Not the caller's PATH: as root, a program of the same name found elsewhere would run instead. */
const SEARCH_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const RANDOM_BYTES = 3;

/** Where runs are kept and how the machine's shell is called; tests change parts of it. */
export type PlaceOptions = Partial<Omit<RunPlace, 'id'>>;

export function placeOf(id: string, options: PlaceOptions): RunPlace {
  return {
    id,
    stateDirectory: STATE_DIRECTORY,
    searchPath: SEARCH_PATH,
    shell: ['/bin/sh'],
    confirmWithinSeconds: null,
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
