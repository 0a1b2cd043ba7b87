import type { SourcePosition } from '../../../core/diagnostic.ts';
import { type ByteText, shown } from '../../../core/byte-text.ts';
import { unescapeWord } from '../escapes.ts';
import {
  FILE_LIMIT_CHARACTERS,
  INCLUDED_FILES_LIMIT,
  INCLUDED_LIMIT_CHARACTERS,
  INCLUDE_DEPTH_LIMIT,
  TOKENS_LIMIT,
} from '../limits.ts';
import type { Problem, Problems } from '../problems.ts';
import { Source } from '../source.ts';
import type { Dialect } from '../syntax.ts';
import type { Includer } from './includer.ts';
import { keywordsOf, type Keyword } from './keywords.ts';
import type { LexicalRule, LexicalRules, Mode, Move } from './lexical-rule.ts';
import { lexicalRules } from './lexical-rules.ts';
import type { Token, TokenKind } from './token.ts';

export interface IncludeFound {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly written: string;
  readonly isOptional: boolean;
  readonly paths: readonly string[];
}

interface Match {
  readonly rule: LexicalRule;
  readonly end: number;
}

interface Place {
  readonly source: Source;
  at: number;
}

const rulesByDialect = new Map<Dialect, { rules: LexicalRules; keywords: ReadonlyMap<string, Keyword> }>();

function languageOf(dialect: Dialect): { rules: LexicalRules; keywords: ReadonlyMap<string, Keyword> } {
  const known = rulesByDialect.get(dialect);
  if (known !== undefined) return known;
  const made = { rules: lexicalRules(dialect), keywords: keywordsOf(dialect) };
  rulesByDialect.set(dialect, made);
  return made;
}

/** Cuts a policy into words, going into what it includes. */
export class Lexer {
  /** Includes met since the last profile was entered; the parser gives each profile its own. */
  includes: IncludeFound[] = [];
  readonly #rules: LexicalRules;
  readonly #keywords: ReadonlyMap<string, Keyword>;
  readonly #includer: Includer;
  readonly #problems: Problems;
  readonly #places: Place[];
  #modes: Mode[] = ['initial'];
  #tokens = 0;
  #files = 0;
  #characters = 0;
  #includeStart = 0;

  constructor(source: Source, dialect: Dialect, parts: { readonly includer: Includer; readonly problems: Problems }) {
    const language = languageOf(dialect);
    this.#rules = language.rules;
    this.#keywords = language.keywords;
    this.#includer = parts.includer;
    this.#problems = parts.problems;
    this.#places = [{ source, at: 0 }];
  }

  next(): Token {
    for (;;) {
      const place = this.#places.at(-1);
      if (place === undefined || this.#problems.isFull) return this.#endToken();
      if (place.at >= place.source.text.length) {
        if (this.#places.length === 1) return this.#endToken();
        this.#places.pop();
        continue;
      }
      const token = this.#step(place);
      if (token === undefined) continue;
      this.#tokens += 1;
      if (this.#tokens > TOKENS_LIMIT) {
        this.#fail(place, { code: 'policy-too-large', message: `the policy has more than ${TOKENS_LIMIT} words` });
        this.#places.length = 0;
      }
      return token;
    }
  }

  /** Goes on at the next line, so that what is wrong on this one is told once. */
  skipLine(from: Token): void {
    this.#modes = ['initial'];
    while (this.#places.length > 1 && this.#places.at(-1)?.source !== from.source) this.#places.pop();
    const place = this.#places.at(-1);
    if (place === undefined || place.source !== from.source) return;
    const end = place.source.text.indexOf('\n', Math.max(from.start, place.at - 1));
    place.at = Math.max(place.at, end === -1 ? place.source.text.length : end + 1);
  }

  #endToken(): Token {
    const place = this.#places[0];
    const source = place?.source ?? new Source('', '', []);
    return { kind: 'end', text: '', value: '', source, start: source.text.length, end: source.text.length };
  }

  #errorToken(place: Place): Token {
    return { kind: 'error', text: '', value: '', source: place.source, start: place.at, end: place.at };
  }

  #step(place: Place): Token | undefined {
    const mode = this.#modes.at(-1) ?? 'initial';
    if (mode === 'initial') skipBlanks(place);
    if (place.at >= place.source.text.length) return undefined;
    const match = this.#longest(place, mode);
    const start = place.at;
    if (match === undefined || match.end === start) {
      const found = shown(place.source.text[start] ?? '');
      this.#fail(place, {
        code: 'unexpected-character',
        message: `“${found}” can't stand here (where ${describeMode(mode)} is read)`,
      });
      return this.#errorToken(place);
    }
    place.at = match.end;
    return this.#act(place, match, start);
  }

  #longest(place: Place, mode: Mode): Match | undefined {
    const { text } = place.source;
    let best: Match | undefined;
    let bestLength = 0;
    for (const rule of this.#rules[mode]) {
      const end = matchEnd(rule.pattern, text, place.at);
      if (end === undefined) continue;
      const all = rule.context === undefined ? end : matchEnd(rule.context, text, end);
      if (all === undefined || all - place.at <= bestLength) continue;
      bestLength = all - place.at;
      best = { rule, end };
    }
    return best;
  }

  #act(place: Place, match: Match, start: number): Token | undefined {
    const { rule, end } = match;
    const mode = this.#modes.at(-1) ?? 'initial';
    if (rule.move !== undefined) this.#move(rule.move);
    const text = place.source.text.slice(start, end);
    const make = (kind: TokenKind, value: string): Token => ({ kind, text, value, source: place.source, start, end });
    switch (rule.does.kind) {
      case 'emit':
        return make(rule.does.token, rule.isRaw === true ? text : unescapeWord(text));
      case 'skip':
        if (rule.move?.kind === 'push') this.#includeStart = start;
        return undefined;
      case 'comment':
        place.source.comments.push({ start, end });
        return undefined;
      case 'name': {
        const keyword = this.#keywords.get(text);
        if (keyword?.mode !== undefined) this.#move({ kind: 'push', mode: keyword.mode });
        return keyword === undefined ? make('id', text) : make(keyword.kind, keyword.value);
      }
      case 'include':
        this.#include(place, { start, end, isOptional: mode === 'include-optional' });
        return undefined;
      case 'abi':
        return make(text.startsWith('<') ? 'id' : 'value', includedName(text));
      case 'refuse':
        this.#fail(place, { code: 'syntax', message: `${rule.does.message} is not taken` });
        return this.#errorToken(place);
    }
  }

  #move(move: Move): void {
    if (move.kind === 'push') this.#modes.push(move.mode);
    else if (move.kind === 'become') this.#modes.splice(-1, 1, move.mode);
    else if (this.#modes.length > 1) this.#modes.pop();
  }

  #include(place: Place, found: { start: number; end: number; isOptional: boolean }): void {
    const written = place.source.text.slice(found.start, found.end);
    const name = includedName(written);
    const included = this.#includer.include(name, written.startsWith('<'));
    const files = included.kind === 'files' ? included.files : [];
    this.includes.push({
      source: place.source,
      start: this.#includeStart,
      end: found.end,
      written,
      isOptional: found.isOptional,
      paths: files.map(({ path }) => path),
    });
    const where = place.source.position(this.#includeStart);
    if (included.kind === 'missing' && !found.isOptional)
      this.#problems.error(
        {
          code: 'include-missing',
          message: `${shown(written)} is not there`,
          hint: 'give the folder it lies in, or write “include if exists”',
        },
        where,
      );
    for (const file of [...files].reverse()) this.#enter(file, [...place.source.includedFrom, where], where);
  }

  #enter(
    file: { readonly path: string; readonly text: ByteText },
    includedFrom: readonly SourcePosition[],
    where: SourcePosition,
  ): void {
    this.#files += 1;
    this.#characters += file.text.length;
    const problem = this.#tooMuch(file);
    if (problem === undefined) this.#places.push({ source: new Source(file.path, file.text, includedFrom), at: 0 });
    else this.#problems.error(problem, where);
  }

  #tooMuch({ path, text }: { readonly path: string; readonly text: ByteText }): Problem | undefined {
    if (text.length > FILE_LIMIT_CHARACTERS)
      return { code: 'file-too-large', message: `${path} is larger than ${FILE_LIMIT_CHARACTERS} bytes` };
    if (this.#places.length > INCLUDE_DEPTH_LIMIT)
      return { code: 'include-too-deep', message: `includes are nested more than ${INCLUDE_DEPTH_LIMIT} deep` };
    if (this.#files > INCLUDED_FILES_LIMIT)
      return { code: 'policy-too-large', message: `more than ${INCLUDED_FILES_LIMIT} files are included` };
    if (this.#characters > INCLUDED_LIMIT_CHARACTERS)
      return {
        code: 'policy-too-large',
        message: `the included files have more than ${INCLUDED_LIMIT_CHARACTERS} bytes together`,
        hint: 'include less, or split the policy into several files',
      };
    return undefined;
  }

  #fail(place: Place, problem: Problem): void {
    this.#problems.error(problem, place.source.position(Math.min(place.at, place.source.text.length - 1)));
    const end = place.source.text.indexOf('\n', place.at);
    place.at = end === -1 ? place.source.text.length : end;
    this.#modes = ['initial'];
  }
}

/** What the rules would do, one blank and line after the other. */
function skipBlanks(place: Place): void {
  const { text } = place.source;
  while (text[place.at] === ' ' || text[place.at] === '\t' || text[place.at] === '\n') place.at += 1;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  const sticky = pattern;
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

/** What stands between the brackets or quotes. */
function includedName(written: string): string {
  const inner = written.startsWith('<') ? written.slice(1, -1) : written;
  return unescapeWord(inner.trim());
}

function describeMode(mode: Mode): string {
  return mode === 'initial' ? 'a rule' : `the part “${mode}” of a rule`;
}
