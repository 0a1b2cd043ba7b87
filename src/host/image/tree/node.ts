import type { Content } from '../tar/member.ts';

/** What an archive holds under one name; names and targets are bytes as Latin-1. */
export type ArchiveNode = DirectoryNode | FileNode | LinkNode | OtherNode;

interface NodeBase {
  mode: number;
  uid: number;
  gid: number;
  /** The layer that put it here; those below may have had something else under its name. */
  layer: number;
  readonly sizeBytes: number;
}

export interface DirectoryNode extends NodeBase {
  readonly type: 'directory';
  readonly children: Map<string, ArchiveNode>;
  /** The layer that hid what those below have in it. */
  opaqueSince: number;
}

export interface FileNode extends NodeBase {
  readonly type: 'file';
  /** A text instead: why there is none. */
  readonly content: Content | string;
}

interface LinkNode extends NodeBase {
  readonly type: 'symlink';
  readonly target: string;
}

interface OtherNode extends NodeBase {
  readonly type: 'other';
}

export function newDirectory(attributes: Pick<NodeBase, 'mode' | 'uid' | 'gid' | 'layer'>): DirectoryNode {
  return { type: 'directory', ...attributes, sizeBytes: 0, children: new Map(), opaqueSince: -1 };
}
