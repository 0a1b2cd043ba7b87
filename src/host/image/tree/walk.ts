import { LINK_LIMIT } from '../limits.ts';
import { Gate } from './gate.ts';
import type { ImageNode, ImageTree } from './tree.ts';

/** Where a path leads. */
export type Walked<Node> =
  | {
      readonly kind: 'found';
      readonly node: Node;
      /** For a link that was not followed: where it points. */
      readonly target?: string;
    }
  | { readonly kind: 'missing' }
  /** More links than Linux follows: a circle. */
  | { readonly kind: 'loop' };

export interface WalkOptions {
  /** Whether a link in the last place is followed too. */
  readonly followsLast: boolean;
}

/**
 * Follows a path as the kernel does for a process whose root is the image's (path_resolution(7)): link by link, a leading
 * slash starts at the image's root, and `..` there stays there. What `use` is given is let go of afterwards.
 */
export async function walk<Node extends ImageNode, Result>(
  tree: ImageTree<Node>,
  path: string,
  { followsLast, use }: WalkOptions & { readonly use: (walked: Walked<Node>) => Promise<Result> },
): Promise<Result> {
  return gate.pass(async () => {
    const trail = new Trail(tree);
    try {
      return await use(await follow(trail, path, followsLast));
    } finally {
      await trail.back(0);
    }
  });
}

/** Each walk holds a file descriptor for every directory on its way, and an audit starts thousands of walks in one moment. */
const WALKS_AT_ONCE = 64;
const gate = new Gate(WALKS_AT_ONCE);

/** The directories from the root to where a walk is. */
class Trail<Node extends ImageNode> {
  readonly tree: ImageTree<Node>;
  readonly #nodes: Node[] = [];

  constructor(tree: ImageTree<Node>) {
    this.tree = tree;
  }

  get here(): Node {
    return this.#nodes.at(-1) ?? this.tree.root;
  }

  get depth(): number {
    return this.#nodes.length;
  }

  down(node: Node): void {
    this.#nodes.push(node);
  }

  async back(depth: number): Promise<void> {
    while (this.#nodes.length > depth) {
      const node = this.#nodes.pop();
      if (node !== undefined) await this.tree.release(node);
    }
  }
}

async function follow<Node extends ImageNode>(
  trail: Trail<Node>,
  path: string,
  followsLast: boolean,
): Promise<Walked<Node>> {
  /** Names still to go, the next one last. */
  const ahead = path.split('/').reverse();
  let links = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    const { here } = trail;
    // `file/.` and `file/` lead nowhere, as anything else below a file.
    if (here.type !== 'directory') return { kind: 'missing' };
    if (name === '' || name === '.') continue;
    if (name === '..') {
      await trail.back(Math.max(0, trail.depth - 1));
      continue;
    }
    const node = await trail.tree.child(here, name);
    if (node === undefined) return { kind: 'missing' };
    trail.down(node);
    if (node.type !== 'symlink') continue;
    const target = await trail.tree.target(node, here, name);
    if (!followsLast && ahead.length === 0) return { kind: 'found', node, target };
    links += 1;
    if (links > LINK_LIMIT) return { kind: 'loop' };
    if (target === '') return { kind: 'missing' };
    await trail.back(target.startsWith('/') ? 0 : trail.depth - 1);
    ahead.push(...target.split('/').reverse());
  }
  return { kind: 'found', node: trail.here };
}
