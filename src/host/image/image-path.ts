import { lstat } from 'node:fs/promises';
import { refusal } from './refusal.ts';
import type { Choice } from './oci/choose.ts';

/** Takes `?platform=linux/arm64` or `?name=app:1.2` off the end of a path, unless that is the name of a file. */
export async function splitChoice(path: string): Promise<{ readonly file: string; readonly choice: Choice }> {
  const [, file, key, value = ''] = /^([^?]+)\?([a-z]+)=([^?]*)$/.exec(path) ?? [];
  if (file === undefined || (await exists(path))) return { file: path, choice: {} };
  if (key === 'platform' && /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(value)) {
    return { file, choice: { platform: value } };
  }
  if (key === 'name' && value !== '') return { file, choice: { name: value } };
  throw refusal(
    'address',
    `?${key ?? ''}=${value} doesn't say which image is meant`,
    'Write ?platform=linux/arm64 or ?name=app:1.2 at the end of the address.',
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
