import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder with all above it on the machine Freehold runs on, and leaves one that is there as it is. Throws what mkdir(2)
 * says: `recursive` of Node's own never comes back below /proc, where nothing can be made.
 */
export function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another run that begins now may have been faster.
    if (!existsSync(path)) throw error;
  }
}
