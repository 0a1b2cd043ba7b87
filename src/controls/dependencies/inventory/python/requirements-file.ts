import type { Location } from '../../../../core/finding.ts';
import type { ParsedInventory } from '../package.ts';
import { type Entry, type Need, toInventory } from './entry.ts';
import { normalizedName } from './name.ts';
import { addressOrigin } from './origin.ts';
import { quoted } from '../printable.ts';
import { type Report, startReport } from './report.ts';
import { logicalLines } from './requirement-lines.ts';
import { type OptionLine, parseOptionLine } from './requirement-options.ts';
import { type Source, readEditable, readSource } from './requirement-source.ts';
import { TEXT_LIMIT_CHARACTERS } from './toml.ts';
import { readVia, startVia } from './via.ts';

/** Another file that a requirements file names; nobody has read it. */
export interface Include {
  readonly kind: 'requirements' | 'constraints';
  /** As it is written, relative to the file that names it; of an address without user and password. */
  readonly path: string;
  readonly where: Location;
}

export interface ParsedRequirements extends ParsedInventory {
  /** In the order of the file. */
  readonly includes: readonly Include[];
}

type Line = OptionLine & { readonly kind: 'line' };

interface Found {
  readonly entry: Omit<Entry, 'needs'>;
  /** Filled while the comments behind it are read. */
  readonly sources: readonly string[];
}

/** `ENV_VAR_RE` of pip, which puts the values in their place before it reads a line. */
const VARIABLE = /\$\{[A-Z0-9_]+\}/;

/**
 * Reads a requirements file of pip. A version is only there where no other one will do.
 *
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/ and https://github.com/pypa/pip,
 * src/pip/_internal/req/req_file.py. Variables of the environment are not known here; where the name of a package or a file is
 * in one, that is said.
 */
export function parseRequirementsFile(text: string, path: string): ParsedRequirements {
  const report = startReport(path);
  if (text.length > TEXT_LIMIT_CHARACTERS) {
    report.say('is too large to be read');
    return { ...toInventory([], report), includes: [] };
  }
  const found: Found[] = [];
  const includes: Include[] = [];
  const via = startVia();
  for (const { line, text: content, comment } of logicalLines(text)) {
    if (content === '') {
      via.goOn(comment);
      continue;
    }
    const sources = via.begin(comment);
    const options = parseOptionLine(content);
    if (options.kind === 'problem') {
      report.say(options.message, line);
      continue;
    }
    const [editable] = options.editables;
    if (options.requirement !== '' || editable !== undefined) {
      sayIgnored(options, { line, report });
      const isEditable = options.requirement === '';
      const written = isEditable ? (editable ?? '') : options.requirement;
      const source = isEditable ? readEditable(written) : readSource(written);
      if (source.kind === 'package') found.push({ entry: { ...source, line }, sources });
      else report.say(problemOf(source, written), line);
    } else includes.push(...includesOf(options, { line, report }));
  }
  return { ...toInventory(toEntries(found), report), includes };
}

/** Of a line that asks for a package, pip takes nothing else. */
function sayIgnored({ requirements, constraints }: Line, { line, report }: { line: number; report: Report }): void {
  const [ignored] = [...requirements, ...constraints];
  if (ignored !== undefined) report.say(`${quoted(ignored)} is not read, for the line asks for a package`, line);
}

function problemOf({ kind }: Source, written: string): string {
  if (VARIABLE.test(written)) return `${quoted(written)} is not known without the environment that pip runs in`;
  return kind === 'nameless'
    ? `${quoted(written)} does not say which package it is`
    : `${quoted(written)} is not a requirement`;
}

/** pip reads one file for a line: the first of `-r`, or else the first of `-c`. */
function includesOf(
  { requirements, constraints }: Line,
  { line, report }: { readonly line: number; readonly report: Report },
): readonly Include[] {
  const [file, ...others] = [...requirements, ...constraints];
  if (file === undefined) return [];
  for (const other of others)
    report.say(`${quoted(other)} is not read, for the line names another file before it`, line);
  if (file === '' || /\p{Cc}/u.test(file)) {
    report.say(`${quoted(file)} is not a file`, line);
    return [];
  }
  if (VARIABLE.test(file)) report.say(`${quoted(file)} is not known without the environment that pip runs in`, line);
  const kind = requirements.length > 0 ? 'requirements' : 'constraints';
  const path = file.includes('://') ? addressOrigin(file) : file;
  return [{ kind, path, where: { path: report.path, line } }];
}

/** Turns "needed by" into "needs". */
function toEntries(found: readonly Found[]): readonly Entry[] {
  const names = new Set(found.map(({ entry }) => normalizedName(entry.name)));
  const needs = new Map<string, Need[]>();
  const entries = found.map(({ entry, sources }) => {
    const { isDirect, requiredBy } = readVia(sources, names);
    for (const name of requiredBy) {
      const known = needs.get(name) ?? [];
      known.push({ name: entry.name, version: entry.version });
      needs.set(name, known);
    }
    return { ...entry, isDirect };
  });
  return entries.map((entry) => ({ ...entry, needs: needs.get(normalizedName(entry.name)) ?? [] }));
}
