import { posix } from 'node:path';
import type { Host } from '../../../../host/host.ts';
import type { Place } from '../../state.ts';
import { parseDocument } from '../documents/read-document.ts';
import { parsePackageLock } from '../node/package-lock.ts';
import { parsePnpmLock } from '../node/pnpm-lock.ts';
import { parseYarnLock } from '../node/yarn-lock.ts';
import type { InventoryProblem, Package, ParsedInventory } from '../package.ts';
import { parsePdmLock } from '../python/pdm-lock.ts';
import { parsePipfileLock } from '../python/pipfile-lock.ts';
import { parsePoetryLock } from '../python/poetry-lock.ts';
import { parsePylock } from '../python/pylock.ts';
import { parseRequirementsFile } from '../python/requirements-file.ts';
import { parseUvLock } from '../python/uv-lock.ts';
import type { FileFormat } from '../search.ts';

/** The longest lock files that are known have some ten megabytes. */
const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
/** A machine with some thirty thousand packages has as many megabytes in each format. */
const DOCUMENT_LIMIT_BYTES = 96 * 1024 * 1024;
const INCLUDES_MAX = 100;

const PARSERS: Readonly<Record<Exclude<FileFormat, 'requirements'>, (text: string, path: string) => ParsedInventory>> =
  {
    'package-lock': parsePackageLock,
    'pnpm-lock': parsePnpmLock,
    'yarn-lock': parseYarnLock,
    'poetry-lock': parsePoetryLock,
    'pipfile-lock': parsePipfileLock,
    'uv-lock': parseUvLock,
    'pdm-lock': parsePdmLock,
    pylock: parsePylock,
    document: parseDocument,
  };

/** Reads a file that names packages; requirements files with those that they name. */
export async function observeFile(host: Host, path: string, format: FileFormat): Promise<Place> {
  if (format === 'requirements') return observeRequirements(host, path);
  const text = await readText(host, path, format === 'document' ? DOCUMENT_LIMIT_BYTES : FILE_LIMIT_BYTES);
  const kind = format === 'document' ? 'document' : 'lock-file';
  if (typeof text !== 'string') return { kind, path, packages: [], problems: [text] };
  return { kind, path, ...PARSERS[format](text, path) };
}

interface Open {
  readonly path: string;
  /** Whether it asks for packages, or only says which version if something asks. */
  readonly kind: 'requirements' | 'constraints';
}

async function observeRequirements(host: Host, path: string): Promise<Place> {
  const asked: Package[] = [];
  const constrained: Package[] = [];
  const problems: InventoryProblem[] = [];
  const queue: Open[] = [{ path, kind: 'requirements' }];
  const seen = new Set<string>();
  for (let open = queue.shift(); open !== undefined; open = queue.shift()) {
    const { kind } = open;
    // A file may ask for packages here, and constrain others there.
    if (seen.has(`${kind} ${open.path}`)) continue;
    seen.add(`${kind} ${open.path}`);
    const text = await readText(host, open.path);
    if (typeof text !== 'string') {
      problems.push(text);
      continue;
    }
    const parsed = parseRequirementsFile(text, open.path);
    (kind === 'requirements' ? asked : constrained).push(...parsed.packages);
    problems.push(...parsed.problems);
    for (const include of parsed.includes) {
      const problem = whyNot(include.path, seen.size);
      const target = posix.resolve(posix.dirname(open.path), include.path);
      if (problem !== undefined) problems.push({ where: include.where, message: problem });
      else queue.push({ path: target, kind: kind === 'constraints' ? kind : include.kind });
    }
  }
  const versions = new Map(constrained.map(({ key, version }) => [key, version]));
  const packages = asked.map((one) => ({ ...one, version: one.version ?? versions.get(one.key) }));
  return { kind: 'requirements', path, packages, problems };
}

function whyNot(path: string, count: number): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return `${path} is on another machine, and is not read`;
  return count >= INCLUDES_MAX ? `more than ${String(INCLUDES_MAX)} files name each other` : undefined;
}

async function readText(host: Host, path: string, limitBytes = FILE_LIMIT_BYTES): Promise<string | InventoryProblem> {
  const result = await host.read(path, { limitBytes });
  if (result.kind === 'content') return new TextDecoder().decode(result.bytes);
  return { where: { path }, message: result.kind === 'missing' ? 'there is no such file' : result.message };
}
