import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Location } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';

/** The machines there are, and how each is reached. */
export interface Inventory {
  /** In the order in which they were declared; names are unique. */
  readonly hosts: readonly InventoryHost[];
  /** All groups but `all` and `ungrouped`, in the order in which they were declared. */
  readonly groups: readonly InventoryGroup[];
  /** The hosts of some groups and of the groups inside them, each once, in the order that patterns like `web[0]` count. */
  readonly hostsOf: (groups: readonly string[]) => readonly InventoryHost[];
  /** The files it was read from, in order. */
  readonly files: readonly string[];
}

export interface InventoryHost {
  readonly name: string;
  /** `ssh://admin@files.example.org:2222`, `podman://legacy`, `local`, …; for a host with {@link problems}, what is known. */
  readonly address: string;
  /** Sorted, with the groups around them, without `all` and `ungrouped`. */
  readonly groups: readonly string[];
  /** Becomes root there by this when the user isn't. */
  readonly become?: 'sudo' | 'doas';
  readonly identityFile?: string;
  /** More options of ssh(1), word by word. */
  readonly sshArguments: readonly string[];
  /** The blueprint it is held against: a preset, or the path of a file. Without one, the command's own counts. */
  readonly blueprint?: string;
  /** As Ansible types and inherits them, without those that ansible-vault has encrypted; templates are not filled in. */
  readonly variables: Readonly<Record<string, Json>>;
  readonly where: Location;
  /** Why it can't be reached in the way the inventory asks for; empty for every other host. */
  readonly problems: readonly Diagnostic[];
}

export interface InventoryGroup {
  readonly name: string;
  /** Groups directly inside it, in order. */
  readonly children: readonly string[];
  readonly blueprint?: string;
  readonly where: Location;
}

export type LoadInventoryResult =
  | { readonly kind: 'loaded'; readonly inventory: Inventory; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };
