import type { Location } from '../../../core/finding.ts';
import { readQuoted, readWord } from './apt-words.ts';

/** One thing that a file of apt.conf(5) says, in the order in which it says it. */
export type Directive =
  | { readonly kind: 'set'; readonly name: string; readonly value: string; readonly where: Location }
  | { readonly kind: 'clear'; readonly name: string; readonly where: Location }
  | { readonly kind: 'include'; readonly path: string; readonly where: Location };

export interface ParsedConf {
  readonly directives: readonly Directive[];
  /** Where apt stops with an error, and does nothing at all. */
  readonly problem?: { readonly where: Location; readonly message: string };
}

/** `#clear`, `#include` and `#x-apt-configure-index` are no comments, wherever they stand in a line. */
const MAGIC = /^#(?:clear|include|x-apt-configure-index)/;
/** Deeper blocks were made to hurt somebody. */
const DEPTH_MAX = 100;

class SyntaxProblem extends Error {}

/** Reads one file as ReadConfigFile of apt-pkg/contrib/configuration.cc does, line by line. */
export function parseAptConf(text: string, path: string): ParsedConf {
  const directives: Directive[] = [];
  const reader = new ConfReader(directives, path);
  let line = 0;
  try {
    for (const written of withoutComments(text)) {
      line += 1;
      reader.line(written, line);
    }
    reader.end();
    return { directives };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { directives, problem: { where: { path, line }, message: error.message } };
  }
}

/** The lines of a text; what a comment takes away leaves an empty one. */
function* withoutComments(text: string): Generator<string> {
  let isInComment = false;
  for (const written of text.split('\n')) {
    let rest = written.replaceAll('\t', '        ').trim();
    if (isInComment) {
      const end = rest.indexOf('*/');
      rest = end < 0 ? '' : rest.slice(end + 2);
      isInComment = end < 0;
    }
    rest = cutAt(rest, '//', () => true);
    rest = cutAt(rest, '#', (index) => !MAGIC.test(rest.slice(index, index + 22)));
    let kept = '';
    for (let start = rest.indexOf('/*'); start >= 0; start = rest.indexOf('/*', start)) {
      if (isQuoted(rest, start)) {
        start += 2;
        continue;
      }
      kept += rest.slice(0, start);
      const end = rest.indexOf('*/', start + 2);
      isInComment = end < 0;
      rest = end < 0 ? '' : rest.slice(end + 2);
      start = 0;
    }
    yield kept + rest;
  }
}

function cutAt(line: string, mark: string, isMeant: (index: number) => boolean): string {
  for (let index = line.indexOf(mark); index >= 0; index = line.indexOf(mark, index + 1)) {
    if (!isQuoted(line, index) && isMeant(index)) return line.slice(0, index);
  }
  return line;
}

/** apt counts the quotes of the line before. */
function isQuoted(line: string, index: number): boolean {
  let quotes = 0;
  for (let at = line.indexOf('"'); at >= 0 && at < index; at = line.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

class ConfReader {
  readonly #directives: Directive[];
  readonly #path: string;
  readonly #outer: string[] = [];
  #block = '';
  #pending = '';

  constructor(directives: Directive[], path: string) {
    this.#directives = directives;
    this.#path = path;
  }

  line(text: string, line: number): void {
    let start = 0;
    let isInQuote = false;
    for (let index = 0; index < text.length; index += 1) {
      const character = text[index];
      if (character === '"') isInQuote = !isInQuote;
      if (isInQuote || (character !== '{' && character !== ';' && character !== '}')) continue;
      this.#append(text.slice(start, index));
      start = index + 1;
      this.#statement(character, line);
    }
    this.#append(text.slice(start));
  }

  end(): void {
    if (this.#pending !== '') throw new SyntaxProblem('something is left over at the end of the file');
  }

  #append(text: string): void {
    const part = text.trim();
    if (part !== '') this.#pending += this.#pending === '' ? part : ` ${part}`;
  }

  #statement(terminator: '{' | ';' | '}', line: number): void {
    const text = this.#pending;
    this.#pending = '';
    if (text === '') {
      if (terminator === '{') throw new SyntaxProblem('a block begins without a name');
      if (terminator === '}') this.#block = this.#outer.pop() ?? '';
      return;
    }
    const { tag, word } = tagAndWord(text, terminator === '{');
    const where = { path: this.#path, line };
    if (terminator === '{') {
      if (this.#outer.length >= DEPTH_MAX) throw new SyntaxProblem('blocks are nested too deeply');
      this.#outer.push(this.#block);
      this.#block = joined(this.#block, tag);
      requireNoBareClear('', word);
      if (word !== undefined) this.#directives.push({ kind: 'set', name: this.#block, value: word, where });
      return;
    }
    this.#say(tag, word ?? '', where);
    if (terminator === '}') this.#block = this.#outer.pop() ?? '';
  }

  #say(tag: string, word: string, where: Location): void {
    requireNoBareClear(tag, word);
    if (!tag.startsWith('#')) {
      // A name that ends in `::` is one more of a list.
      const name = this.#block === '' ? tag : `${this.#block}::${tag}`;
      this.#directives.push({ kind: 'set', name, value: word, where });
      return;
    }
    if (this.#block !== '') throw new SyntaxProblem(`${tag} stands in a block`);
    if (tag === '#clear') this.#directives.push({ kind: 'clear', name: word, where });
    else if (tag === '#include') this.#directives.push({ kind: 'include', path: word, where });
    else if (tag !== '#x-apt-configure-index') throw new SyntaxProblem(`${tag} is not known`);
  }
}

/** apt looks for it after a block took the tag for its name, so it refuses `A #clear {` as well. */
function requireNoBareClear(tag: string, word: string | undefined): void {
  if (tag === '' && word === '#clear') throw new SyntaxProblem('#clear names nothing');
}

function tagAndWord(text: string, isBlock: boolean): { readonly tag: string; readonly word?: string } {
  const tag = readWord(text, 0);
  if (tag === undefined) throw new SyntaxProblem('a quote or a bracket is not closed');
  const word = readQuoted(text, tag.end) ?? readWord(text, tag.end);
  if (word === undefined) {
    if (tag.end < text.length) throw new SyntaxProblem('a quote or a bracket is not closed');
    return isBlock ? { tag: tag.text } : { tag: '', word: tag.text };
  }
  if (word.end < text.length) throw new SyntaxProblem('something follows the value');
  return { tag: tag.text, word: word.text };
}

function joined(block: string, tag: string): string {
  return block === '' ? tag : `${block}::${tag}`;
}
