import type { ByteText } from '../../../core/byte-text.ts';
import { type Word, wordsOf } from './words.ts';

/** Where a profile begins in its file. */
export interface ProfileHeader {
  /** As the kernel calls it: with the names of those it stands in, `parent//child`. */
  readonly label: ByteText;
  /** Of the profile that it stands in. */
  readonly parent?: ByteText;
  /** The pattern of programs that it attaches to, as written; absent for one that is only entered from another. */
  readonly attachment?: ByteText;
  readonly flags: readonly string[];
  /** From `flags=(` to its `)`; absent where none are written. */
  readonly flagsAt?: { readonly start: number; readonly end: number };
  /** Where its brace opens. */
  readonly opensAt: number;
  /** Counted from 1. */
  readonly line: number;
}

/** Names are paths at most, and profiles stand three deep; each block of a hostile file would make the next one's label longer. */
const LONGEST_LABEL_CHARACTERS = 4096;

/** All profiles, children and hats of a file, in its order (apparmor.d(5), "PROFILE", "HAT", "SUBPROFILE"). */
export function headersOf(text: ByteText): readonly ProfileHeader[] {
  const headers: ProfileHeader[] = [];
  const open: (ByteText | undefined)[] = [];
  const lineAt = lineCounter(text);
  let statement: Word[] = [];
  for (const word of wordsOf(text)) {
    if (word.kind === 'word') statement.push(word);
    if (word.kind === 'close') open.pop();
    if (word.kind === 'open') {
      const parent = open.at(-1);
      const header = headerOf(statement, { parent, brace: word });
      const isProfile = header !== undefined && header.label.length <= LONGEST_LABEL_CHARACTERS;
      if (isProfile) headers.push({ ...header, line: lineAt(statement[0]?.start ?? word.start) });
      open.push(isProfile ? header.label : parent);
    }
    if (word.kind !== 'word') statement = [];
  }
  return headers;
}

/** Lines are asked for from the first to the last. */
function lineCounter(text: ByteText): (offset: number) => number {
  let [line, at] = [1, 0];
  return (offset) => {
    for (; at < offset; at += 1) if (text[at] === '\n') line += 1;
    return line;
  };
}

interface Surrounding {
  readonly parent: ByteText | undefined;
  readonly brace: Word;
}

/** `if` and `else` open blocks too, in which profiles may stand. */
function headerOf(statement: readonly Word[], { parent, brace }: Surrounding): Omit<ProfileHeader, 'line'> | undefined {
  const [first, ...rest] = statement;
  if (first === undefined || first.text === 'if' || first.text === 'else') return undefined;
  const hasKeyword = first.text === 'profile' || first.text === 'hat';
  const words = hasKeyword ? rest : statement;
  const [name, second] = words.filter(({ text }) => !isCondition(text));
  // The name comes first.
  if (name === undefined || name !== words[0]) return undefined;
  const [flags, ...more] = words.filter(({ text }) => /^(?:flags=)?\(/.test(text));
  // No parser takes two lists, or one that is not closed, and no edit may guess what they say.
  if (more.length > 0 || (flags !== undefined && !LIST.test(flags.text))) return undefined;
  const isHat = first.text === 'hat' || name.text.startsWith('^');
  const ownName = unquoted(name.text.startsWith('^') ? name.text.slice(1) : name.text);
  const attachment =
    second === undefined
      ? ownName.startsWith('/') || ownName.startsWith('@{')
        ? ownName
        : undefined
      : unquoted(second.text);
  return {
    label: parent === undefined ? ownName : `${parent}//${ownName}`,
    ...(parent !== undefined && { parent }),
    ...(attachment !== undefined && !isHat && { attachment }),
    flags: flags === undefined ? [] : flagsIn(flags.text),
    ...(flags !== undefined && { flagsAt: { start: flags.start, end: flags.end } }),
    opensAt: brace.start,
  };
}

/** What is in quotes may have brackets. */
const LIST = /^[a-z]*=?\((?:[^()[\]{}\\"]|"[^"\\]*")*\)$/;

function isCondition(text: ByteText): boolean {
  return /^(?:flags=|xattrs=)?\(/.test(text);
}

function flagsIn(text: ByteText): readonly string[] {
  const inner = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  return inner.split(/[\s,]+/).filter((flag) => flag !== '');
}

function unquoted(text: ByteText): ByteText {
  const inner = /^"(.*)"$/s.exec(text)?.[1] ?? text;
  return inner.replaceAll('\\"', '"');
}
