import type { ByteText } from '../../../core/byte-text.ts';
import { compareBytes } from '../../../core/byte-text.ts';
import type { LoadedProfile } from '../state.ts';

/** Where the kernel shows the profiles of its root namespace (security/apparmor/apparmorfs.c). */
export const PROFILES = '/sys/kernel/security/apparmor/policy/profiles';

const MS_PER_SECOND = 1000;
/** Deeper than profiles are nested: a child has no children. */
const MOST_PARENTS = 8;

/**
 * Puts profiles together from two listings: `PATH:CONTENT` of every small file (grep -r), and `SECONDS PATH` of every folder. A folder
 * is a profile if it has a file `name`; its children lie in its folder `profiles`.
 */
export function parseProfiles(contents: ByteText, times: ByteText): readonly LoadedProfile[] {
  const folders = new Map<ByteText, Map<string, ByteText>>();
  for (const line of contents.split('\n')) {
    const match = /^(.+)\/(name|mode|attach|sha1|sha256):(.*)$/.exec(line);
    const [, folder = '', file = '', content = ''] = match ?? [];
    if (!folder.startsWith(`${PROFILES}/`)) continue;
    const files = folders.get(folder) ?? new Map<string, ByteText>();
    if (!files.has(file)) files.set(file, content);
    folders.set(folder, files);
  }
  const loaded = loadTimes(times);
  return [...folders]
    .flatMap(([folder, files]) => {
      const name = labelOf(folder, folders);
      return name === undefined ? [] : [profileOf(name, files, loaded.get(folder))];
    })
    .sort((a, b) => compareBytes(a.name, b.name));
}

function profileOf(
  name: ByteText,
  files: ReadonlyMap<string, ByteText>,
  loadedAtMs: number | undefined,
): LoadedProfile {
  const attachment = files.get('attach');
  const algorithm = (['sha256', 'sha1'] as const).find((one) => files.has(one));
  return {
    name,
    mode: files.get('mode') ?? '',
    // Kernels before 6.2 keep no text of a pattern.
    ...(attachment !== undefined && attachment !== '<unknown>' && { attachment }),
    ...(algorithm !== undefined && { digest: { algorithm, hex: files.get(algorithm) ?? '' } }),
    ...(loadedAtMs !== undefined && { loadedAtMs }),
  };
}

function labelOf(
  folder: ByteText,
  folders: ReadonlyMap<ByteText, ReadonlyMap<string, ByteText>>,
): ByteText | undefined {
  const names: ByteText[] = [];
  let at: ByteText = folder;
  for (let depth = 0; depth < MOST_PARENTS; depth += 1) {
    const name = folders.get(at)?.get('name');
    if (name === undefined) return undefined;
    names.unshift(name);
    if (name.includes('//')) return names.join('//');
    const above = at.slice(0, at.lastIndexOf('/'));
    if (above === PROFILES) return names.join('//');
    at = above.slice(0, above.lastIndexOf('/'));
  }
  return undefined;
}

function loadTimes(text: ByteText): ReadonlyMap<ByteText, number> {
  const times = new Map<ByteText, number>();
  for (const line of text.split('\n')) {
    const [, seconds, path] = /^([0-9]{1,12}) (.+)$/.exec(line) ?? [];
    if (seconds !== undefined && path !== undefined) times.set(path, Number(seconds) * MS_PER_SECOND);
  }
  return times;
}
