import type { InventoryProblem, Package } from '../package.ts';
import { isOneWord } from './entry.ts';
import { isPackageName, normalizedName } from './name.ts';
import { quoted } from '../printable.ts';
import { startReport } from './report.ts';
import { type Requirement, parseRequirement } from './requirement.ts';

export type ParsedMetadata =
  | {
      readonly kind: 'metadata';
      /** Without `requires`, which needs the other packages of the place. */
      readonly package: Package;
      /** What it needs, with the markers that say when. */
      readonly requirements: readonly Requirement[];
      /** Requirements that could not be read. */
      readonly problems: readonly InventoryProblem[];
    }
  | { readonly kind: 'problem'; readonly problem: InventoryProblem };

interface Header {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

const TEXT_LIMIT_CHARACTERS = 16 * 1024 * 1024;
const FOLDED_LIMIT_CHARACTERS = 10_000;
const WANTED: ReadonlySet<string> = new Set(['name', 'version', 'requires-dist']);
/** What the `email` package of Python takes for a header line: its name is of visible ASCII characters but the colon. */
const HEADER = /^([!-9;-~]+):(.*)$/s;

/**
 * Reads the METADATA or PKG-INFO of one installed package.
 *
 * https://packaging.python.org/en/latest/specifications/core-metadata/: headers as Python's `email.parser` reads them (policy
 * compat32); of a header that comes twice the first one counts.
 */
export function parseMetadata(text: string, path: string): ParsedMetadata {
  const headers = readHeaders(text.slice(0, TEXT_LIMIT_CHARACTERS));
  const name = valueOf('name');
  const version = valueOf('version');
  if (name === undefined) return problem('names no package');
  if (!isPackageName(name.value))
    return problem(`${quoted(name.value)} is not the name of a Python package`, name.line);
  if (version === undefined) return problem(`says no version of ${quoted(name.value)}`);
  if (!isOneWord(version.value)) return problem(`the version of ${quoted(name.value)} cannot be read`, version.line);
  const report = startReport(path);
  const requirements = headers
    .filter((header) => header.name === 'requires-dist')
    .flatMap(({ value, line }): readonly Requirement[] => {
      const requirement = parseRequirement(value);
      if (requirement === undefined) report.say(`${quoted(value)} is not a requirement`, line);
      return requirement === undefined ? [] : [requirement];
    });
  return {
    kind: 'metadata',
    package: {
      ecosystem: 'PyPI',
      name: name.value,
      version: version.value,
      key: normalizedName(name.value),
      where: { path, line: name.line },
      requires: [],
    },
    requirements,
    problems: report.problems,
  };

  function valueOf(wanted: string): Header | undefined {
    const header = headers.find((one) => one.name === wanted);
    return header === undefined || header.value === '' ? undefined : header;
  }

  function problem(message: string, line?: number): ParsedMetadata {
    return { kind: 'problem', problem: { where: line === undefined ? { path } : { path, line }, message } };
  }
}

/** Up to the first empty line, or the first that is no header: the description follows. Those that nobody asks for are left out. */
function readHeaders(text: string): readonly Header[] {
  const headers: Header[] = [];
  const lines = text.replace(/^\u{feff}/u, '').split(/\r\n|\r|\n/);
  let isLastWanted = false;
  for (const [index, line] of lines.entries()) {
    const last = headers.at(-1);
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (name !== undefined) {
      const wanted = name.toLowerCase();
      isLastWanted = WANTED.has(wanted);
      if (isLastWanted) headers.push({ name: wanted, value: value.trim(), line: index + 1 });
    } else if (/^[ \t]/.test(line)) {
      // Of long texts, and they can be long, nothing is read.
      if (last === undefined || !isLastWanted || last.value.length > FOLDED_LIMIT_CHARACTERS) continue;
      headers.splice(-1, 1, { ...last, value: `${last.value} ${line.trim()}`.trim() });
    } else return headers;
  }
  return headers;
}
