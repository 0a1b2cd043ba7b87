import { remembered } from '../../../core/remembered.ts';

/** A command of modprobe.d that decides whether a module can be loaded. */
export type ModprobeCommand =
  | { readonly kind: 'install'; readonly pattern: string; readonly command: string; readonly line: number }
  | { readonly kind: 'blacklist'; readonly module: string; readonly line: number };

/**
 * Reads the commands `install` and `blacklist` of a modprobe.d file as kmod does: a backslash at the end of a line joins
 * the next one, `#` begins a comment only at the start of a line, blanks and tabs separate words, `-` and `_` are one
 * character in names (kmod_config_parse() and freadline_wrapped() of kmod 30; modprobe.d(5)).
 */
export const parseModprobeFile = remembered((text): readonly ModprobeCommand[] =>
  wrappedLines(text).flatMap(({ content, line }): readonly ModprobeCommand[] => {
    if (content === '' || content.startsWith('#')) return [];
    const { word: command, rest } = takeWord(content);
    const { word: name, rest: argument } = takeWord(rest);
    const module = modulePattern(name);
    if (module === undefined || module === '') return [];
    if (command === 'blacklist') return [{ kind: 'blacklist', module, line }];
    if (command !== 'install' || argument === '') return [];
    return [{ kind: 'install', pattern: module, command: argument, line }];
  }),
);

/** `-` becomes `_` outside of brackets; a name with a bracket too many makes its line void (underscores() of kmod). */
function modulePattern(name: string): string | undefined {
  let pattern = '';
  for (let index = 0; index < name.length; index += 1) {
    const character = name[index] ?? '';
    if (character === ']') return undefined;
    if (character === '[') {
      const close = name.indexOf(']', index);
      if (close === -1) return undefined;
      pattern += name.slice(index, close + 1);
      index = close;
    } else pattern += character === '-' ? '_' : character;
  }
  return pattern;
}

/** A module's name as the kernel spells it. */
export function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}

/** strtok_r(3) with blank and tab: separators before the word go, one after it goes as well. */
function takeWord(text: string): { readonly word: string; readonly rest: string } {
  const start = text.search(/[^ \t]/);
  if (start === -1) return { word: '', rest: '' };
  const end = text.slice(start).search(/[ \t]/);
  if (end === -1) return { word: text.slice(start), rest: '' };
  return { word: text.slice(start, start + end), rest: text.slice(start + end + 1) };
}

interface WrappedLine {
  readonly content: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/**
 * A backslash goes and the character after it stays, whatever it is; a line break goes as well
 * (freadline_wrapped() of kmod's shared/util.c).
 */
function wrappedLines(text: string): readonly WrappedLine[] {
  const lines: WrappedLine[] = [];
  let content = '';
  let line = 1;
  let start = 1;
  for (let index = 0; index < text.length; index += 1) {
    let character = text[index] ?? '';
    const isEscaped = character === '\\';
    if (isEscaped) {
      index += 1;
      character = text[index] ?? '';
    }
    if (character === '\n') line += 1;
    if (character !== '\n') content += character;
    else if (!isEscaped) {
      lines.push({ content, line: start });
      content = '';
      start = line;
    }
  }
  return [...lines, { content, line: start }];
}
