import { matches, parsePattern, type Pattern } from '../../apparmor/pattern/pattern.ts';
import { sensitivePaths } from '../../apparmor/sensitive-paths.ts';
import { toByteText } from '../../core/byte-text.ts';
import type { Host } from '../../host/host.ts';

/** What lies here is made by the kernel or by a running program: opening it does something, or is asked more than its mode. */
const NOT_ON_DISK = ['/proc/', '/sys/', '/dev/', '/run/', '/var/run/'];
/** More than enough to find one that a profile denies. */
const FILES_MAX = 64;
const OWNER_READS = 0o400;
const OWNER_ENTERS = 0o100;
const ROOT = 0;

/**
 * Sensitive files of a machine that root may read by their modes alone, so that a refusal is the profile's: inside a profile root may
 * lack CAP_DAC_OVERRIDE (capabilities(7)), and without a symbolic link in the path, so that the profile is asked for this very name.
 */
export async function sensitiveFiles(host: Host): Promise<readonly string[]> {
  const patterns = sensitivePaths()
    .filter(({ permissions, isHarmlessToOwner }) => permissions.includes('r') && !isHarmlessToOwner)
    .flatMap((one) => one.patterns)
    .flatMap((text) => {
      const parsed = parsePattern(text);
      return parsed.kind === 'pattern' ? [parsed.pattern] : [];
    });
  const folders = [...new Set(patterns.flatMap(({ prefixes }) => prefixes.map(folderOf)))].filter(
    (folder) => folder !== '/' && !NOT_ON_DISK.some((place) => folder.startsWith(place)),
  );
  const listed = await Promise.all(folders.map((folder) => filesIn(host, folder, patterns)));
  const files = [...new Set(listed.flat())].slice(0, FILES_MAX);
  const isFit = await Promise.all(files.map((path) => isOpenToRoot(host, path)));
  return files.filter((_, index) => isFit[index] === true);
}

function folderOf(prefix: string): string {
  return prefix.slice(0, prefix.lastIndexOf('/') + 1);
}

async function filesIn(host: Host, folder: string, patterns: readonly Pattern[]): Promise<readonly string[]> {
  const listed = await host.list(folder.slice(0, -1));
  if (listed.kind !== 'entries') return [];
  return listed.entries
    .filter(({ name, type }) => type === 'file' && !/\p{Cc}/u.test(name))
    .map(({ name }) => `${folder}${name}`)
    .filter((path) => patterns.some((pattern) => matches(pattern, toByteText(path))));
}

async function isOpenToRoot(host: Host, path: string): Promise<boolean> {
  const parts = path.split('/');
  const above = parts.slice(1, -1).map((_, index) => parts.slice(0, index + 2).join('/'));
  const [file, ...folders] = await Promise.all([path, ...above].map((one) => host.stat(one)));
  if (file?.kind !== 'stat' || file.type !== 'file' || file.uid !== ROOT) return false;
  return (
    (file.mode & OWNER_READS) !== 0 &&
    folders.every(
      (stat) =>
        stat.kind === 'stat' && stat.type === 'directory' && stat.uid === ROOT && (stat.mode & OWNER_ENTERS) !== 0,
    )
  );
}
