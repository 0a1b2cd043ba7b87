import { FILE_PERMISSIONS, type FilePermission } from '../../access.ts';
import type { ExecTransition } from '../syntax.ts';

/** How a program is to go on, as the letters before `x` say; none at all for a plain `x`. */
export interface ExecType {
  readonly to?: 'inherit' | 'profile' | 'child' | 'unconfined';
  readonly fallback?: 'inherit' | 'unconfined';
  readonly isUnsafe: boolean;
}

export type FileMode =
  | { readonly kind: 'mode'; readonly permissions: readonly FilePermission[]; readonly exec?: ExecType }
  | { readonly kind: 'problem'; readonly message: string };

interface State {
  readonly permissions: Set<FilePermission>;
  exec?: ExecType;
}

function conflict(letters: string): string {
  return `the exec mode “${letters}” contradicts the one before it`;
}

function isSame(a: ExecType, b: ExecType): boolean {
  return a.to === b.to && a.fallback === b.fallback && a.isUnsafe === b.isUnsafe;
}

/** The letters of a file rule (parse_sub_mode of parser_misc.c). */
export function readFileMode(text: string): FileMode {
  const state: State = { permissions: new Set() };
  let at = 0;
  while (at < text.length) {
    const read = readLetter(state, text, at);
    if (typeof read === 'string') return { kind: 'problem', message: read };
    at += read;
  }
  const permissions = FILE_PERMISSIONS.filter((one) => state.permissions.has(one));
  return { kind: 'mode', permissions, ...(state.exec === undefined ? {} : { exec: state.exec }) };
}

/** How many letters were taken, or what is wrong with them. */
function readLetter(state: State, text: string, at: number): number | string {
  const letter = text[at] ?? '';
  switch (letter.toLowerCase()) {
    case 'r':
    case 'l':
    case 'm':
      state.permissions.add(letter.toLowerCase() === 'r' ? 'r' : letter.toLowerCase() === 'l' ? 'l' : 'm');
      return 1;
    case 'k':
      if (letter !== 'k') return 'the letter “K” is no permission; “k” is meant';
      state.permissions.add('k');
      return 1;
    case 'w':
      if (state.permissions.has('a')) return '“a” and “w” exclude each other';
      state.permissions.add('w');
      return 1;
    case 'a':
      if (state.permissions.has('w')) return '“a” and “w” exclude each other';
      state.permissions.add('a');
      return 1;
    case 'x':
      state.permissions.add('x');
      state.exec ??= { isUnsafe: false };
      return 1;
    case 'i':
      return readInherit(state);
    default:
      return readTransition(state, text, at);
  }
}

function readInherit(state: State): number | string {
  const { exec } = state;
  if (exec?.to !== undefined && exec.to !== 'inherit') return conflict('ix');
  state.permissions.add('x');
  state.exec = { to: 'inherit', isUnsafe: exec?.isUnsafe ?? false };
  return 2;
}

function readTransition(state: State, text: string, at: number): number | string {
  const letter = text[at] ?? '';
  const next = (text[at + 1] ?? '').toLowerCase();
  const isUnsafe = letter === letter.toLowerCase();
  const lower = letter.toLowerCase();
  const to = lower === 'u' ? 'unconfined' : lower === 'p' ? 'profile' : 'child';
  const fallback = lower === 'u' ? undefined : next === 'i' ? 'inherit' : next === 'u' ? 'unconfined' : undefined;
  const exec: ExecType = { to, isUnsafe, ...(fallback === undefined ? {} : { fallback }) };
  const length = fallback === undefined ? 2 : 3;
  if (state.exec !== undefined && !isSame(state.exec, exec)) return conflict(text.slice(at, at + length));
  state.permissions.add('x');
  state.exec = exec;
  return length;
}

/** As the rule states it; what is executed by a bare `x -> name` goes on in the profile of that name. */
export function transitionOf(exec: ExecType, target: string | undefined): ExecTransition | undefined {
  if (exec.to === undefined && target === undefined) return undefined;
  return {
    to: exec.to ?? 'profile',
    isUnsafe: exec.isUnsafe,
    ...(exec.fallback === undefined ? {} : { fallback: exec.fallback }),
    ...(target === undefined ? {} : { target }),
  };
}
