import { type BootParameter, isSameParameter } from '../boot-parameters.ts';
import type { BootWish, KernelPolicy } from '../policy.ts';

/** One wish for the command line. */
export interface WishedParameter {
  readonly name: string;
  readonly kind: 'required' | 'forbidden';
  readonly wish: BootWish;
}

/** The wishes of a policy: what is required, then what is forbidden, each sorted by name. */
export function wishedParameters({ boot }: KernelPolicy): readonly WishedParameter[] {
  return (['required', 'forbidden'] as const).flatMap((kind) =>
    Object.entries(boot[kind])
      .flatMap(([name, wish]) => (wish === null ? [] : [{ name, kind, wish }]))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** Whether a command line fulfils a wish; of a parameter that stands there more than once, the last counts. */
export function isMet({ name, kind, wish }: WishedParameter, parameters: readonly BootParameter[]): boolean {
  const found = occurrences(name, parameters);
  const last = found.at(-1);
  if (kind === 'required') return last !== undefined && (wish.value === true || last.value === wish.value);
  return wish.value === true ? last === undefined : last?.value !== wish.value;
}

/** A parameter wherever it stands, in order. */
export function occurrences(name: string, parameters: readonly BootParameter[]): readonly BootParameter[] {
  return parameters.filter((parameter) => isSameParameter(parameter.name, name));
}
