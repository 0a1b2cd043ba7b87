import type { Diagnostic } from '../core/diagnostic.ts';
import type { Location } from '../core/finding.ts';
import type { Waiver } from '../core/waiver.ts';
import type { InventorySection } from './inventory/section.ts';
import type { Path } from './tree.ts';

/** What should be: one wish, put together from a file and everything it extends. */
export interface Blueprint {
  readonly name: string;
  readonly path: string;
  /** The presets and files it extends, in the order they were merged. */
  readonly extends: readonly string[];
  /** By control: its policy as its own schema gave it back. Only controls that some file has a section for. */
  readonly policies: ReadonlyMap<string, unknown>;
  readonly waivers: readonly Waiver[];
  /** The names of its variables, sorted: what a host's inventory can change. */
  readonly variables?: readonly string[];
  /** The machines it is for; what {@link digest} says of the wish knows nothing of them. */
  readonly inventory?: InventorySection;
  /** `sha256:` of policies and waivers in canonical JSON: equal wishes have equal digests, however they are written. */
  readonly digest: string;
  /** Where a value is written: `originOf(['kernel', 'sysctl', 'kernel.kptr_restrict'])`; defaults are written nowhere. */
  readonly originOf: (keys: Path) => Location | undefined;
}

export type LoadResult =
  | { readonly kind: 'loaded'; readonly blueprint: Blueprint; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };
