import { valid } from 'semver';
import { isPackageName, splitNamed } from './npm-text.ts';

/** What the key of a package says. */
export interface DependencyPath {
  /** `undefined` where the entry itself has to say it. */
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** An address, or the registry, where it isn't the usual one. */
  readonly origin: string | undefined;
}

/** In front of what another registry has, up to version 6. */
const HOST = /^[A-Za-z0-9][A-Za-z0-9.-]*(?:[:+][0-9]+)?$/;
/** A registry of a name of one's own, before the version: `work:1.0.0`. */
const NAMED_REGISTRY = /^([A-Za-z][\w.-]*):(.+)$/;

/**
 * Reads a dependency path of any version: `/a/1.0.0_b@2.0.0` (5), `/a@1.0.0(b@2.0.0)` (6), `a@1.0.0(b@2.0.0)` (9), `file:a`,
 * `host/a/1.0.0`. Source: pnpm's specification, dependency-path.md; parse() of its packages dependency-path and deps.path.
 */
export function parseDependencyPath(written: string): DependencyPath {
  const path = withoutSuffix(written);
  if (path.startsWith('/')) return parseRelative(path.slice(1)) ?? unknown(path);
  const named = splitNamed(path);
  if (named !== undefined && named.reference !== '') return fromReference(named.name, named.reference);
  const host = path.indexOf('/');
  if (host < 0 || path.startsWith('file:') || path.startsWith('@')) return unknown(path);
  const rest = HOST.test(path.slice(0, host)) ? parseRelative(path.slice(host + 1)) : undefined;
  return rest?.version === undefined ? unknown(path) : { ...rest, origin: path.slice(0, host) };
}

/** Without the peers and the patch in parentheses at its end. */
export function withoutSuffix(path: string): string {
  if (!path.endsWith(')')) return path;
  let open = 0;
  for (let index = path.length - 1; index >= 0; index -= 1) {
    if (path[index] === ')') open += 1;
    else if (path[index] === '(') open -= 1;
    else if (open === 0) return path.slice(0, index + 1);
  }
  return path;
}

function unknown(origin: string): DependencyPath {
  return { name: undefined, version: undefined, origin };
}

/** What follows the slash of versions 5 and 6. */
function parseRelative(path: string): DependencyPath | undefined {
  const scopeEnd = path.startsWith('@') ? path.indexOf('/') + 1 : 0;
  const slash = path.indexOf('/', scopeEnd);
  const at = path.indexOf('@', 1);
  // Peers of version 5 have an @ too, but behind the slash.
  if (at > 0 && (slash < 0 || at < slash)) {
    const named = splitNamed(path);
    return named === undefined ? undefined : fromReference(named.name, named.reference);
  }
  const name = path.slice(0, Math.max(slash, 0));
  if (!isPackageName(name)) return undefined;
  const [version = ''] = path.slice(slash + 1).split('_', 1);
  return fromReference(name, version);
}

function fromReference(name: string, reference: string): DependencyPath {
  if (valid(reference) !== null) return { name, version: reference, origin: undefined };
  const [, registry, version] = NAMED_REGISTRY.exec(reference) ?? [];
  if (registry !== undefined && version !== undefined && valid(version) !== null) {
    return { name, version, origin: `${registry}:` };
  }
  return { name, version: undefined, origin: reference };
}
