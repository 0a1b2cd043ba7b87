import type { ParsedInventory } from '../package.ts';
import { parseBerryLock } from './yarn-berry.ts';
import { parseClassicLock } from './yarn-classic.ts';

/** The first lines of what Yarn 1 writes; those of later versions have a key `__metadata`. */
const CLASSIC_HEADER = /^# yarn lockfile v1\s*$/m;
const METADATA_KEY = /^"?__metadata"?:/m;
const HEADER_LIMIT_CHARACTERS = 2000;

/** Reads yarn.lock of Yarn 1 and of later versions. */
export function parseYarnLock(text: string, path: string): ParsedInventory {
  const isClassic = CLASSIC_HEADER.test(text.slice(0, HEADER_LIMIT_CHARACTERS)) || !METADATA_KEY.test(text);
  return isClassic ? parseClassicLock(text, path) : parseBerryLock(text, path);
}
