import {
  DEPTH_LIMIT,
  LINK_LIMIT,
  METADATA_LIMIT_BYTES,
  NAME_LIMIT_BYTES,
  NODE_LIMIT,
  PATH_LIMIT_BYTES,
} from '../limits.ts';
import { damaged, hostile, tooMuch } from '../refusal.ts';
import type { Member } from '../tar/member.ts';
import { type ArchiveNode, type DirectoryNode, type FileNode, newDirectory } from './node.ts';
import { prune, pruneName } from './prune.ts';

/** For directories that are only named by what is in them; what container engines give them. */
const IMPLIED_MODE = 0o755;
/** Image Layer Filesystem Changeset, "Whiteouts" (OCI Image Format Specification). */
const WHITEOUT = '.wh.';
/** Files of AUFS's own; of these only the mark of an opaque directory means something. */
const WHITEOUT_OF_AUFS = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';
const EXTENT_BYTES = 48;

/**
 * Puts the members of archives into a tree, as unpacking them in order would: a later one replaces an earlier one; a
 * directory joins with the one that is there. Links on the way to a member are followed inside the image, as container
 * engines do it; a name that would lead out of it with `..` is refused.
 */
export class TreeBuilder {
  readonly root: DirectoryNode;
  #layer = 0;
  #hasWhiteouts = false;
  #nodes = 1;
  /** Bytes of names: those that are kept, and those that had to be followed. It limits memory and time. */
  #spent = 0;

  constructor() {
    this.root = newDirectory({ mode: IMPLIED_MODE, uid: 0, gid: 0, layer: 0 });
  }

  /** What is added from now on lies above all that is there, and whiteouts hide what is below. */
  beginLayer(): void {
    this.#layer += 1;
    this.#hasWhiteouts = true;
  }

  add(member: Member): void {
    const names = this.#namesOf(member.name);
    const last = names.at(-1);
    if (last === undefined) {
      this.#setRoot(member);
      return;
    }
    const parents = names.slice(0, -1);
    if (this.#hasWhiteouts && last.startsWith(WHITEOUT)) {
      this.#hide(parents, last);
      return;
    }
    const node = this.#toNode(member);
    this.#put(this.#directory(parents, member.name), last, node);
  }

  #setRoot(member: Member): void {
    if (member.kind !== 'directory') throw hostile(`the root of the image is to be a ${member.kind}`);
    Object.assign(this.root, attributesOf(member));
  }

  #put(parent: DirectoryNode, name: string, node: ArchiveNode): void {
    const former = parent.children.get(name);
    if (former?.type === 'directory' && node.type === 'directory') {
      const { mode, uid, gid, layer } = node;
      Object.assign(former, { mode, uid, gid, layer });
      return;
    }
    parent.children.set(name, node);
    this.#count();
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > NODE_LIMIT) throw tooMuch('files and directories', NODE_LIMIT);
  }

  #spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent > METADATA_LIMIT_BYTES) throw tooMuch('bytes of names, links and maps', METADATA_LIMIT_BYTES);
  }

  #toNode(member: Member): ArchiveNode {
    const attributes = { ...attributesOf(member), layer: this.#layer };
    switch (member.kind) {
      case 'directory':
        return newDirectory(attributes);
      case 'other':
        return { type: 'other', ...attributes, sizeBytes: 0 };
      case 'symlink':
        if (member.linkName.length >= PATH_LIMIT_BYTES)
          throw hostile(`${shown(member.name)} is a link with a target of ${String(member.linkName.length)} bytes`);
        this.#spend(member.linkName.length);
        return { type: 'symlink', ...attributes, sizeBytes: member.linkName.length, target: member.linkName };
      case 'hard link':
        return this.#linked(member);
      case 'file': {
        const { content } = member;
        this.#spend((content.extents?.length ?? 0) * EXTENT_BYTES);
        return { type: 'file', ...attributes, sizeBytes: content.sizeBytes, content };
      }
    }
  }

  /** A second name of a file that came before; of a link it is one more link. */
  #linked(member: Extract<Member, { linkName: string }>): ArchiveNode {
    const names = this.#namesOf(member.linkName);
    const last = names.at(-1);
    const target = last === undefined ? this.root : this.#find(names.slice(0, -1))?.children.get(last);
    if (target?.type === 'directory') throw hostile(`${shown(member.name)} is a hard link to a directory`);
    if (target !== undefined) return { ...target, layer: this.#layer };
    const why = `it is a hard link to ${shown(member.linkName)}, which the archive doesn't hold`;
    const missing: FileNode = {
      type: 'file',
      ...attributesOf(member),
      layer: this.#layer,
      sizeBytes: 0,
      content: why,
    };
    return missing;
  }

  #hide(parents: readonly string[], mark: string): void {
    const directory = this.#find(parents);
    const hidden = mark.slice(WHITEOUT.length);
    if (hidden === '' || hidden === '.' || hidden === '..') throw hostile(`a whiteout of ${shown(hidden)}`);
    if (directory === undefined) return;
    const context = {
      layer: this.#layer,
      spend: (bytes: number) => {
        this.#spend(bytes);
      },
    };
    if (mark === OPAQUE) prune(directory, context);
    else if (!mark.startsWith(WHITEOUT_OF_AUFS)) pruneName(directory, hidden, context);
  }

  #namesOf(path: string): readonly string[] {
    if (path.length >= PATH_LIMIT_BYTES)
      throw hostile(`a name of ${String(path.length)} bytes; Linux knows none above ${String(PATH_LIMIT_BYTES)}`);
    this.#spend(path.length + 1);
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    if (names.includes('..')) throw hostile(`${shown(path)} would lead out of the image`);
    if (names.some((name) => name.length > NAME_LIMIT_BYTES))
      throw hostile(`${shown(path)} has a name longer than ${String(NAME_LIMIT_BYTES)} bytes in it`);
    return names;
  }

  /** The directory that names lead to, made where it isn't there. */
  #directory(names: readonly string[], member: string): DirectoryNode {
    const found = this.#follow(names, (parent, name) => {
      const made = newDirectory({ mode: IMPLIED_MODE, uid: 0, gid: 0, layer: this.#layer });
      parent.children.set(name, made);
      this.#count();
      return made;
    });
    if (found === undefined) throw damaged(`${shown(member)} lies below something that is no directory`);
    return found;
  }

  #find(names: readonly string[]): DirectoryNode | undefined {
    return this.#follow(names, () => undefined);
  }

  #follow(
    names: readonly string[],
    make: (parent: DirectoryNode, name: string) => DirectoryNode | undefined,
  ): DirectoryNode | undefined {
    const trail = [this.root];
    const ahead = [...names].reverse();
    let links = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const here = trail.at(-1) ?? this.root;
      const child = here.children.get(name) ?? make(here, name);
      if (child?.type === 'directory') {
        trail.push(child);
        if (trail.length > DEPTH_LIMIT) throw tooMuch('directories one in the other', DEPTH_LIMIT);
      } else if (child?.type === 'symlink') {
        links += 1;
        if (links > LINK_LIMIT) return undefined;
        this.#spend(child.target.length);
        if (child.target.startsWith('/')) trail.length = 1;
        ahead.push(...child.target.split('/').reverse());
      } else return undefined;
    }
    return trail.at(-1);
  }
}

function attributesOf({ mode, uid, gid }: Member): Pick<Member, 'mode' | 'uid' | 'gid'> {
  return { mode, uid, gid };
}

function shown(latin1: string): string {
  return JSON.stringify(Buffer.from(latin1, 'latin1').toString('utf8'));
}
