import { readBoolean } from './apt-words.ts';
import { entriesOf, type ParsedSources, type SourceEntry, type SourceProblem } from './source-entry.ts';

interface Field {
  readonly line: number;
  readonly lines: string[];
}

interface Stanza {
  readonly line: number;
  readonly fields: ReadonlyMap<string, Field>;
}

const TYPES: ReadonlySet<string> = new Set(['deb', 'deb-src']);

/** Reads a file of stanzas (sources.list(5), "DEB822-Style Format"). */
export function parseDeb822Sources(text: string, path: string, architecture: string): ParsedSources {
  const entries: SourceEntry[] = [];
  const problems: SourceProblem[] = [];
  for (const { line, fields } of stanzas(text, (badLine) => {
    problems.push({ where: { path, line: badLine }, message: 'the line belongs to no field' });
  })) {
    const words = (name: string): readonly string[] =>
      (fields.get(name)?.lines ?? []).flatMap((one) => one.split(/\s+/)).filter((one) => one !== '');
    if (readBoolean(words('enabled')[0] ?? 'yes') === false) continue;
    const where = { path, line };
    const [types, uris, suites, components] = [words('types'), words('uris'), words('suites'), words('components')];
    const wrong =
      types.length === 0 || types.some((type) => !TYPES.has(type))
        ? 'Types is missing, or names one that is not known'
        : uris.length === 0 || suites.length === 0
          ? 'URIs or Suites is missing'
          : suites.some((suite) => suite.endsWith('/') === components.length > 0)
            ? 'Components must be there for a suite, and not for a path'
            : undefined;
    if (wrong !== undefined) {
      problems.push({ where, message: wrong });
      continue;
    }
    const options = new Map([...fields].map(([name, field]) => [name, valueOf(name, field)]));
    entries.push(...entriesOf({ uris, suites, options }, { where, architecture }));
  }
  return { entries, problems };
}

/** ` .` stands for an empty line, which the armour of a key has (deb822(5)). */
function valueOf(name: string, { lines }: Field): string {
  if (name !== 'signed-by') return lines.join(' ').trim();
  return lines.map((line) => (line.trim() === '.' ? '' : line.trim())).join('\n');
}

function* stanzas(text: string, onBadLine: (line: number) => void): Generator<Stanza> {
  let fields = new Map<string, Field>();
  let first = 0;
  let open: string[] | undefined;
  for (const [index, written] of text.split('\n').entries()) {
    if (written.startsWith('#')) continue;
    if (written.trim() === '') {
      if (fields.size > 0) yield { line: first, fields };
      [fields, first, open] = [new Map<string, Field>(), 0, undefined];
      continue;
    }
    if (written.startsWith(' ') || written.startsWith('\t')) {
      if (open === undefined) onBadLine(index + 1);
      else open.push(written);
      continue;
    }
    const colon = written.indexOf(':');
    if (colon < 1) {
      onBadLine(index + 1);
      open = undefined;
      continue;
    }
    if (fields.size === 0) first = index + 1;
    open = [written.slice(colon + 1)];
    fields.set(written.slice(0, colon).trim().toLowerCase(), { line: index + 1, lines: open });
  }
  if (fields.size > 0) yield { line: first, fields };
}
