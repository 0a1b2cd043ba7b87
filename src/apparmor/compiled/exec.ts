import type { ByteText } from '../../core/byte-text.ts';

/** AA_X_* of include/file.h: how a program that is executed goes on. */
export const EXEC = {
  indexMask: 0xffffff,
  typeMask: 0xc000000,
  /** By the name of what is executed: `px`, `cx`. */
  byName: 0x4000000,
  /** By a name of the table: `-> name`. */
  byTable: 0x8000000,
  unsafe: 0x10000000,
  child: 0x20000000,
  inherit: 0x40000000,
  unconfined: 0x80000000,
} as const;

/** What happens on execution. */
export interface CompiledTransition {
  /** `none`: execution is allowed, and no way to go on is stated, which the kernel refuses. */
  readonly to: 'inherit' | 'profile' | 'child' | 'unconfined' | 'none';
  /** When the profile isn't there. */
  readonly fallback?: 'inherit' | 'unconfined';
  /** The environment is kept as it is. */
  readonly isUnsafe: boolean;
  /** The profile's name where the rule says one; `&` before a stacked one. */
  readonly target?: ByteText;
}

/** Reads an index as x_to_label() of domain.c does. */
export function readTransition(execIndex: number, names: readonly ByteText[]): CompiledTransition {
  const isUnsafe = (execIndex & EXEC.unsafe) !== 0;
  const fallback =
    (execIndex & EXEC.inherit) !== 0 ? 'inherit' : (execIndex & EXEC.unconfined) !== 0 ? 'unconfined' : undefined;
  const type = execIndex & EXEC.typeMask;
  if (type === 0) return { to: fallback ?? 'none', isUnsafe };
  const target = type === EXEC.byTable ? names[execIndex & EXEC.indexMask] : undefined;
  return {
    to: (execIndex & EXEC.child) !== 0 ? 'child' : 'profile',
    isUnsafe,
    ...(fallback !== undefined && { fallback }),
    ...(target !== undefined && { target }),
  };
}

const LETTERS = { inherit: 'i', profile: 'p', child: 'c', unconfined: 'u', none: '' } as const;

/** As a rule would be written: `ix`, `Px`, `Cux -> name`; a capital where the environment is cleaned. */
export function writtenTransition({ to, fallback, isUnsafe, target }: CompiledTransition): string {
  const letter = LETTERS[to];
  const first = to === 'inherit' || isUnsafe ? letter : letter.toUpperCase();
  const second = fallback === undefined ? '' : LETTERS[fallback];
  return `${first}${second}x${target === undefined ? '' : ` -> ${target}`}`;
}
