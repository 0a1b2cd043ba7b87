import { lstatSync } from 'node:fs';
import process from 'node:process';
import { reasonOf } from '../error.ts';

const GROUP_AND_OTHERS = 0o077;
const PERMISSIONS = 0o7777;
const OCTAL = 8;
const MODE_DIGITS = 4;
const ROOT = 0;

export type Privacy =
  | { readonly kind: 'private' }
  /** `command`: what mends it. */
  | { readonly kind: 'open'; readonly message: string; readonly command?: string };

/** Whether nobody but its owner, who must be the one who asks or root, can read or change a file or folder. */
export function privacyOf(path: string, kind: 'file' | 'folder'): Privacy {
  const word = kind === 'folder' ? '700' : '600';
  try {
    const stat = lstatSync(path);
    if (kind === 'folder' ? !stat.isDirectory() : !stat.isFile())
      return { kind: 'open', message: `${path} is no ${kind}` };
    const mode = stat.mode & PERMISSIONS;
    if ((mode & GROUP_AND_OTHERS) !== 0) {
      const shown = mode.toString(OCTAL).padStart(MODE_DIGITS, '0');
      return {
        kind: 'open',
        message: `others can get at ${path}: its mode is ${shown}`,
        command: `chmod ${word} ${path}`,
      };
    }
    const own = process.getuid?.() ?? ROOT;
    if (stat.uid !== own && stat.uid !== ROOT)
      return {
        kind: 'open',
        message: `${path} belongs to another user (${String(stat.uid)})`,
        command: `chown ${String(own)} ${path}`,
      };
    return { kind: 'private' };
  } catch (error) {
    return { kind: 'open', message: `${path} can't be looked at: ${reasonOf(error)}` };
  }
}
