import type { ConfDirectoriesState } from '../conf-directory/state.ts';

/** What was seen of a machine's modules: plain data, so that a recorded state judges as a live one. */
export interface ModulesState extends ConfDirectoriesState {
  readonly kernelRelease: string;
  /** The modules that are loaded, by the names of /proc/modules; `null` when the kernel has no such file. */
  readonly loaded: NameList;
  /** Of the loaded ones those that something uses: they can't be unloaded. */
  readonly inUse: NameList;
  /** Modules compiled into the kernel, of modules.builtin. */
  readonly builtIn: NameList;
  /** Modules that could be loaded, of modules.dep. */
  readonly available: NameList;
}

export type NameList =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  /** The machine doesn't run: nothing is loaded now. */
  | { readonly kind: 'not-running' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Whether a name is in a list; `undefined` when the list isn't known. */
export function isListed(list: NameList, name: string): boolean | undefined {
  return list.kind === 'names' ? list.names.includes(name) : undefined;
}
