import type { Problems } from '../problems.ts';
import { quote, showName } from '../quote.ts';
import type { Mark, SourceText } from '../source-text.ts';
import { mayHoldSecret } from './guarded-text.ts';
import { expandHostWord } from './host-words.ts';
import { pythonValue } from './python-literal.ts';
import type { NamedVariable, Roster, RosterGroup } from './roster.ts';
import { splitWords, type Word } from './shell-words.ts';

type SectionKind = 'hosts' | 'children' | 'vars';

/** A group that a section needs and that no section has declared so far. */
interface Pending {
  readonly mark: Mark;
  readonly kind: 'children' | 'vars';
  readonly parents: RosterGroup[];
}

const LINE_END = /\r\n|[\n\r\x85\u2028\u2029]/g;
/** `[name]`, `[name:kind]`, a comment behind it (ansible.builtin.ini, `_compile_patterns`). */
const SECTION = /^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$/u;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/;
const KINDS: ReadonlySet<string> = new Set<SectionKind>(['hosts', 'children', 'vars']);

/** Reads an INI inventory as Ansible's plugin `ini` does; tells of every wrong line, not only the first. */
export function readIni(source: SourceText, roster: Roster, problems: Problems): void {
  new IniReader(source, roster, problems).read();
}

class IniReader {
  readonly #source: SourceText;
  readonly #roster: Roster;
  readonly #problems: Problems;
  readonly #pending = new Map<string, Pending>();
  /** `undefined` in a section that can't be used: its lines are passed over. */
  #group: RosterGroup | undefined;
  #kind: SectionKind = 'hosts';

  constructor(source: SourceText, roster: Roster, problems: Problems) {
    this.#source = source;
    this.#roster = roster;
    this.#problems = problems;
    this.#group = roster.ungrouped;
  }

  read(): void {
    const { text } = this.#source;
    let start = 0;
    for (const match of text.matchAll(LINE_END)) {
      this.#line(text.slice(start, match.index), start);
      start = match.index + match[0].length;
    }
    this.#line(text.slice(start), start);
    for (const [name, { kind, mark, parents }] of this.#pending) this.#undeclared(name, kind, { mark, parents });
  }

  #line(written: string, start: number): void {
    const line = written.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const offset = start + (written.length - written.trimStart().length);
    const match = SECTION.exec(line);
    if (match !== null) this.#section(match[1] ?? '', match[2] ?? 'hosts', this.#source.mark(offset));
    else if (line.startsWith('[') && line.endsWith(']')) {
      const hint = 'A section is [group], [group:children] or [group:vars], without blanks in it.';
      this.#error('syntax', `${quote(line)} is no section.`, { at: this.#source.mark(offset), hint });
    } else if (this.#group !== undefined) this.#entry(this.#group, line, offset);
  }

  #section(name: string, kind: string, mark: Mark): void {
    this.#group = undefined;
    if (!isSectionKind(kind)) {
      const hint = 'A section is [group], [group:children] or [group:vars].';
      this.#error('syntax', `There are no sections of the kind ${quote(kind)}.`, { at: mark, hint });
      return;
    }
    const isNew = !this.#roster.groups.has(name);
    const group = this.#roster.group(name, mark);
    this.#group = group;
    this.#kind = kind;
    if (group === undefined) return;
    const pending = this.#pending.get(name);
    // [group:vars] gives variables to a group that another section must declare.
    if (isNew && kind === 'vars' && pending === undefined) this.#pending.set(name, { mark, kind, parents: [] });
    if (pending === undefined || kind === 'vars') return;
    for (const parent of pending.parents) this.#roster.addChild(parent, group, pending.mark);
    this.#pending.delete(name);
  }

  #entry(group: RosterGroup, line: string, offset: number): void {
    if (this.#kind === 'vars') this.#variable(group, line, offset);
    else if (this.#kind === 'children') this.#child(group, line, this.#source.mark(offset));
    else this.#hosts(group, line, offset);
  }

  #variable(group: RosterGroup, line: string, offset: number): void {
    const mark = this.#source.mark(offset);
    const equals = line.indexOf('=');
    if (equals === -1) {
      const hint = 'A line of this section is name=value.';
      this.#error('syntax', `${quote(line)} sets no variable: it has no =.`, { at: mark, hint });
      return;
    }
    const value = pythonValue(line.slice(equals + 1).trim());
    this.#roster.setVariable(group, [line.slice(0, equals).trim(), { value, mark, isEncrypted: false }]);
  }

  #child(group: RosterGroup, line: string, mark: Mark): void {
    const name = GROUP_NAME.exec(line)?.[1];
    if (name === undefined) {
      const hint = 'Each line of this section is the name of one group.';
      this.#error('syntax', `${quote(line)} is no name of a group.`, { at: mark, hint });
      return;
    }
    const child = this.#roster.groups.get(name);
    const pending = this.#pending.get(name);
    if (child !== undefined) this.#roster.addChild(group, child, mark);
    else if (pending === undefined) this.#pending.set(name, { mark, kind: 'children', parents: [group] });
    else pending.parents.push(group);
  }

  #hosts(group: RosterGroup, line: string, offset: number): void {
    const split = splitWords(line, { comments: true });
    if (split.kind === 'unfinished') {
      const at = this.#source.mark(offset + split.offset);
      this.#error('syntax', `This line can't be read: ${split.reason}.`, { at });
      return;
    }
    const [first, ...rest] = split.words;
    if (first === undefined) return;
    const mark = this.#source.mark(offset);
    const expanded = expandHostWord(first.text);
    if (expanded.kind === 'wrong') {
      const { reason, hint } = expanded;
      this.#error('invalid-host', `${quote(first.text)} names no host: ${reason}.`, { at: mark, hint });
      return;
    }
    const variables = rest.map((word) => this.#assignment(word, line, offset)).filter((one) => one !== undefined);
    for (const name of expanded.names) {
      const isNew = !this.#roster.hosts.has(name);
      const host = this.#roster.host(name, group, mark);
      if (host === undefined) return;
      // Ansible takes a port only from the first line that names a host.
      if (isNew && expanded.port !== undefined) {
        this.#roster.setVariable(host, ['ansible_port', { value: expanded.port, mark, isEncrypted: false }]);
      }
      for (const variable of variables) this.#roster.setVariable(host, variable);
    }
  }

  #assignment(word: Word, line: string, offset: number): NamedVariable | undefined {
    const mark = this.#source.mark(offset + word.offset);
    const equals = word.text.indexOf('=');
    if (equals !== -1) {
      const value = pythonValue(word.text.slice(equals + 1));
      return [word.text.slice(0, equals), { value, mark, isEncrypted: false }];
    }
    const hint =
      'After the name of a host come variables: name=value, with quotes around values that have blanks in them.';
    // The word may be the rest of a password with a blank in it.
    const shown = mayHoldSecret(line) ? 'A word of this line' : quote(word.text);
    this.#error('syntax', `${shown} sets no variable: it has no =.`, { at: mark, hint });
    return undefined;
  }

  #undeclared(name: string, kind: Pending['kind'], { mark, parents }: Pick<Pending, 'mark' | 'parents'>): void {
    const declare = `Declare it with a section [${name}], empty if need be.`;
    if (kind === 'vars') {
      const message = `No section declares the group ${showName(name)} that these variables are for.`;
      this.#error('unknown-group', message, { at: mark, hint: declare });
      return;
    }
    const message = `There is no group ${showName(name)} to stand inside ${showName(parents[0]?.name ?? '')}.`;
    const nearest = this.#roster.nearest(name, 'groups');
    this.#error('unknown-group', message, { at: mark, hint: nearest ?? declare });
  }

  #error(code: string, message: string, { at, hint }: { readonly at: Mark; readonly hint?: string | undefined }): void {
    this.#problems.error({ code, message, at, hint });
  }
}

function isSectionKind(kind: string): kind is SectionKind {
  return KINDS.has(kind);
}
