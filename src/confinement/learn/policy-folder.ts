import type { ByteText } from '../../core/byte-text.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Abstraction } from '../../apparmor/learn/abstractions.ts';
import { isIgnoredName } from '../../apparmor/ignored-name.ts';
import type { OtherProfile } from '../../apparmor/learn/exec.ts';
import { PatternEngine } from '../../apparmor/learn/pattern-engine.ts';
import { parsePolicy } from '../../apparmor/language/parse-policy.ts';
import type { Dialect, PolicyTree, Profile } from '../../apparmor/language/syntax.ts';
import { readAbstractions } from './abstractions.ts';

export interface PolicyFile {
  readonly path: string;
  readonly text: ByteText;
  readonly profiles: readonly Profile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Which profiles a file holds, without their rules. */
export interface OutlinedFile {
  readonly path: string;
  readonly profiles: readonly Profile[];
}

export interface PolicyFolder {
  readonly folder: string;
  /** Each file is read when it is come to, and once: who finds what he looks for needs no more. */
  readonly outline: Iterable<OutlinedFile>;
  readonly abstractions: readonly Abstraction[];
  /** What `abi` a new profile names; absent where the folder has none. */
  readonly abi: string | undefined;
  readonly hasTunables: boolean;
}

export interface PolicyFolderOptions {
  readonly folder: string;
  readonly dialect: Dialect;
}

/** Folders with more files are no policy that a program of one machine has. */
const MAX_FILES = 5000;

/** Reads the abstractions of a folder such as /etc/apparmor.d, and which profiles it has. */
export function readPolicyFolder(tree: PolicyTree, { folder, dialect }: PolicyFolderOptions): PolicyFolder {
  const abis = tree.folder(`${folder}/abi`) ?? [];
  const abi = dialect === '3.0' ? '3.0' : '4.0';
  return {
    folder,
    outline: new Outline(tree, { folder, dialect }),
    abstractions: readAbstractions(tree, { folder, dialect }),
    abi: abis.includes(abi) ? `<abi/${abi}>` : undefined,
    hasTunables: tree.file(`${folder}/tunables/global`) !== undefined,
  };
}

class Outline implements Iterable<OutlinedFile> {
  readonly #tree: PolicyTree;
  readonly #options: PolicyFolderOptions;
  readonly #known = new Map<string, readonly Profile[]>();

  constructor(tree: PolicyTree, options: PolicyFolderOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  *[Symbol.iterator](): Generator<OutlinedFile> {
    const { folder } = this.#options;
    const names = (this.#tree.folder(folder) ?? []).filter((name) => !isIgnoredName(name)).slice(0, MAX_FILES);
    for (const path of names.map((name) => `${folder}/${name}`))
      if (this.#tree.file(path) !== undefined) yield { path, profiles: this.#profilesOf(path) };
  }

  #profilesOf(path: string): readonly Profile[] {
    const { folder, dialect } = this.#options;
    const profiles =
      this.#known.get(path) ?? parsePolicy(path, this.#tree, { dialect, base: folder, isOutline: true }).profiles;
    this.#known.set(path, profiles);
    return profiles;
  }
}

/** One file; `undefined` where there is none. */
export function readPolicyFile(
  tree: PolicyTree,
  path: string,
  { folder, dialect }: PolicyFolderOptions,
): PolicyFile | undefined {
  const text = tree.file(path);
  if (text === undefined) return undefined;
  const { profiles, diagnostics } = parsePolicy(path, tree, { dialect, base: folder });
  return { path, text, profiles, diagnostics };
}

/** Says which other profile is for a program; one that confines nothing (flags=(unconfined), flags=(default_allow)) is none. */
export function profileFinder(policy: PolicyFolder, label: ByteText): (path: ByteText) => OtherProfile | undefined {
  const engine = new PatternEngine();
  let others: readonly Profile[] | undefined;
  const isFor = ({ attachment }: Profile, path: ByteText): boolean =>
    attachment?.expanded.some((pattern) => engine.compile(pattern)?.(path) === true) === true;
  return (path) => {
    others ??= [...policy.outline]
      .flatMap(({ profiles }) => profiles)
      .filter(
        ({ name, flags, attachment }) =>
          name !== label &&
          attachment !== undefined &&
          !flags.some((flag) => flag === 'unconfined' || flag === 'default_allow'),
      );
    const found = others.find((profile) => isFor(profile, path));
    return found && { name: found.name, isComplaining: found.flags.includes('complain') };
  };
}
