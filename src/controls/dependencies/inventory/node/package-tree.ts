import type { Package } from '../package.ts';
import { byText } from './npm-text.ts';

/** One folder of a tree of packages. */
export interface TreeNode {
  /** The folder, below the project's: `node_modules/a`, `packages/b`, '' for the project's own. */
  readonly location: string;
  /** Installed, one's own folder (the project, a workspace), or a link to another folder. */
  readonly kind: 'installed' | 'own' | 'link';
  readonly name: string;
  readonly version: string | undefined;
  readonly line: number | undefined;
  /** The names it needs, as Node looks for them. */
  readonly needs: ReadonlySet<string>;
  readonly isDevelopment: boolean;
  readonly origin: string | undefined;
  /** The folder that a link leads to. */
  readonly target?: string;
}

const MODULES = 'node_modules';
const MODULES_STEP = `${MODULES}/`;

/** Linux's PATH_MAX is four times that; what is longer is made up, and looking through its steps would take long. */
export const LOCATION_LIMIT_CHARACTERS = 1024;

/** The name of the folder as `require` sees it: what follows the last node_modules; `undefined` where none leads to it. */
export function nameOfLocation(location: string): string | undefined {
  const start = modulesStart(location);
  return start < 0 ? undefined : location.slice(start + MODULES_STEP.length);
}

/** All that is installed, with what each needs found by Node's rule (Node's documentation, "Loading from node_modules folders"). */
export function toPackages(nodes: readonly TreeNode[], path: string): readonly Package[] {
  const tree = new Tree(nodes);
  const hasProject = nodes.some(({ location }) => location === '');
  const direct = new Set(
    nodes.filter(({ kind }) => kind === 'own').flatMap(({ location, needs }) => tree.resolve(location, needs)),
  );
  return nodes
    .filter(({ kind }) => kind === 'installed')
    .map(({ location, name, version, line, needs, isDevelopment, origin }): Package => ({
      ecosystem: 'npm',
      name,
      version,
      key: location,
      where: line === undefined ? { path } : { path, line },
      ...(hasProject ? { isDirect: direct.has(location) } : {}),
      isDevelopment,
      requires: tree.resolve(location, needs),
      ...(origin === undefined ? {} : { origin }),
    }))
    .toSorted((a, b) => byText(a.key, b.key));
}

class Tree {
  readonly #nodes: ReadonlyMap<string, TreeNode>;
  /** What each node_modules folder holds: names to locations, by the folder it is in. */
  readonly #folders = new Map<string, Map<string, string>>();

  constructor(nodes: readonly TreeNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.location, node]));
    for (const { location } of nodes) {
      const start = modulesStart(location);
      if (start < 0) continue;
      const parent = location.slice(0, Math.max(start - 1, 0));
      const folder = this.#folders.get(parent) ?? new Map<string, string>();
      folder.set(location.slice(start + MODULES_STEP.length), location);
      this.#folders.set(parent, folder);
    }
  }

  /** The locations of what is installed of the names, seen from a folder, sorted. */
  resolve(from: string, names: ReadonlySet<string>): readonly string[] {
    if (names.size === 0) return [];
    const folders = this.#above(from);
    const found = new Set<string>();
    for (const name of names) {
      const location = folders.find((folder) => folder.has(name))?.get(name);
      const node = location === undefined ? undefined : this.#followed(location);
      if (node?.kind === 'installed') found.add(node.location);
    }
    return [...found].toSorted(byText);
  }

  #followed(location: string): TreeNode | undefined {
    const node = this.#nodes.get(location);
    return node?.kind === 'link' ? this.#nodes.get(node.target ?? '') : node;
  }

  /** The node_modules folders that are looked through, nearest first. */
  #above(from: string): readonly ReadonlyMap<string, string>[] {
    const folders = [];
    let folder = from;
    for (;;) {
      const held = this.#folders.get(folder);
      if (held !== undefined) folders.push(held);
      if (folder === '') return folders;
      folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
    }
  }
}

/** Where the last node_modules/ starts that is a step of its own. */
function modulesStart(location: string): number {
  let start = location.lastIndexOf(MODULES_STEP);
  while (start > 0 && location[start - 1] !== '/') start = location.lastIndexOf(MODULES_STEP, start - 1);
  return start;
}
