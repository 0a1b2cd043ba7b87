import type { Facts } from './host.ts';

/** The texts that facts are made of, however they were read. */
export interface FactSources {
  readonly address: string;
  readonly hostname: string;
  /** Content of /etc/os-release (or /usr/lib/os-release); empty when there is none. */
  readonly osRelease: string;
  readonly kernelRelease: string;
  readonly architecture: string;
  readonly uid: number;
  readonly container: string | null;
}

/** Turns what a machine says of itself into {@link Facts}. */
export function factsFrom(sources: FactSources): Facts {
  const release = parseOsRelease(sources.osRelease);
  return {
    address: sources.address,
    hostname: sources.hostname,
    os: release.get('ID') ?? 'unknown',
    osVersion: release.get('VERSION_ID') ?? '',
    osName: release.get('PRETTY_NAME') ?? '',
    kernelRelease: sources.kernelRelease,
    architecture: sources.architecture,
    isRoot: sources.uid === 0,
    container: sources.container,
  };
}

/** os-release(5): shell-like `KEY=value` lines; quotes go, backslash escapes one character. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match?.[1] === undefined || match[2] === undefined) continue;
    values.set(match[1], unquote(match[2].trim()));
  }
  return values;
}

function unquote(text: string): string {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  const inner = isQuoted ? text.slice(1, -1) : text;
  return quote === "'" ? inner : inner.replace(/\\(.)/g, '$1');
}
