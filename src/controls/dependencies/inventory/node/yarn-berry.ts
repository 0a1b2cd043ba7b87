import { quoted } from '../printable.ts';
import type { InventoryProblem, ParsedInventory } from '../package.ts';
import { entriesOf, field } from './fields.ts';
import { plainText, problemAt, splitNamed } from './npm-text.ts';
import { referenceOrigin } from './yarn-reference.ts';
import { linkEntries, type YarnEntry, type YarnNeed } from './yarn-entries.ts';
import { blockKeyLines, readYamlMap, textsOf } from './yaml-document.ts';

const METADATA = '__metadata';
const WORKSPACE = 'workspace:';
/** The version of what stands in a folder of its own, which Yarn doesn't look up. */
const LOCAL_VERSION = '0.0.0-use.local';
const BYTE_ORDER_MARK = '\uFEFF';
const PATCH_MARK = '@patch:';

/**
 * Reads yarn.lock of Yarn 2 and later. Sources: Project.setupResolutions() and generateLockfile() of @yarnpkg/core, Project.ts;
 * Yarn's documentation, "Protocols".
 */
export function parseBerryLock(whole: string, path: string): ParsedInventory {
  const text = whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole;
  const document = readYamlMap(text, path, 0);
  if (document.kind === 'problem') return { packages: [], problems: [document.problem] };
  const lines = blockKeyLines(text, '', 0);
  const problems: InventoryProblem[] = [];
  const entries: YarnEntry[] = [];
  for (const [key, fields] of entriesOf(document.value)) {
    if (key === METADATA) continue;
    const entry = toEntry(key, fields, lines.get(key));
    if (entry !== undefined) entries.push(entry);
    else problems.push(problemAt(path, lines.get(key), `The entry ${quoted(key)} names no package; it is left out.`));
  }
  return { packages: linkEntries(entries, path, true), problems };
}

function toEntry(key: string, fields: unknown, line: number | undefined): YarnEntry | undefined {
  const resolution = plainText(field(fields, 'resolution'));
  const resolved = resolution === undefined ? undefined : splitNamed(resolution);
  if (resolution === undefined || resolved === undefined) return undefined;
  const version = plainText(field(fields, 'version'));
  return {
    name: resolved.name,
    version: version === LOCAL_VERSION ? undefined : version,
    key: resolution,
    line,
    origin: referenceOrigin(resolved),
    descriptors: key.split(',').flatMap((descriptor) => descriptorsOf(descriptor.trim())),
    needs: textsOf(field(fields, 'dependencies')).map(([name, range]) => toNeed(name, range, resolution)),
    isOwn: resolved.reference.startsWith(WORKSPACE),
  };
}

/** A patched package answers for the one it is a patch of. */
function descriptorsOf(written: string): readonly string[] {
  const patch = written.indexOf(PATCH_MARK, 1);
  if (patch < 0) return [written];
  const [source = ''] = written.slice(patch + PATCH_MARK.length).split('#', 1);
  return [written, `${PATCHED}${decoded(source)}`];
}

/** In front of what a patch is of, so that it is found before the package without the patch. */
const PATCHED = 'patch of ';

function toNeed(name: string, range: string, by: string): YarnNeed {
  const exact = [`${name}@${range}`, `${name}@npm:${range}`];
  // What is beside the one who asks is bound to it: structUtils.bindDescriptor().
  const bound = `${name}@${range}::locator=${encodeURIComponent(by.toWellFormed())}`;
  return { name, descriptors: [...exact.map((descriptor) => `${PATCHED}${descriptor}`), bound, ...exact] };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
