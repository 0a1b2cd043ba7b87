import { readFileSync } from 'node:fs';

/** The version of package.json, which stands one folder above the bundle and two above the sources. */
export function freeholdVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    const version = versionOf(new URL(place, import.meta.url));
    if (version !== undefined) return version;
  }
  return 'unknown';
}

function versionOf(file: URL): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isObject = typeof content === 'object' && content !== null;
    if (!isObject || !('name' in content) || content.name !== 'freehold' || !('version' in content)) return undefined;
    return typeof content.version === 'string' ? content.version : undefined;
  } catch {
    return undefined;
  }
}
