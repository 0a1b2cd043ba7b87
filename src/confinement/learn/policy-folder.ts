import type { ByteText } from '../../core/byte-text.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Abstraction } from '../../apparmor/learn/abstractions.ts';
import { isIgnoredName } from '../../apparmor/ignored-name.ts';
import type { OtherProfile } from '../../apparmor/learn/exec.ts';
import { PatternEngine } from '../../apparmor/learn/pattern-engine.ts';
import { parsePolicy } from '../../apparmor/language/parse-policy.ts';
import type { Dialect, PolicyTree, Profile } from '../../apparmor/language/syntax.ts';

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
  /** Read when it is asked for: a subject that names a file needs none of it before programs are executed. */
  readonly outline: readonly OutlinedFile[];
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
  let outline: readonly OutlinedFile[] | undefined;
  return {
    folder,
    get outline() {
      outline ??= readOutline(tree, { folder, dialect });
      return outline;
    },
    abstractions: readAbstractions(tree, { folder, dialect }),
    abi: abis.includes(abi) ? `<abi/${abi}>` : undefined,
    hasTunables: tree.file(`${folder}/tunables/global`) !== undefined,
  };
}

function readOutline(tree: PolicyTree, { folder, dialect }: PolicyFolderOptions): readonly OutlinedFile[] {
  const names = (tree.folder(folder) ?? []).filter((name) => !isIgnoredName(name)).slice(0, MAX_FILES);
  return names.flatMap((name): readonly OutlinedFile[] => {
    const path = `${folder}/${name}`;
    if (tree.file(path) === undefined) return [];
    return [{ path, profiles: parsePolicy(path, tree, { dialect, base: folder, isOutline: true }).profiles }];
  });
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

/** A name that no file of the folder has: NUL is in none. */
const OWN_FILE = '\0learn';
const ABSTRACTIONS = 'abstractions';

/** Each in a profile of its own, all in one policy; one that can't be read for certain is left out. */
function readAbstractions(tree: PolicyTree, { folder, dialect }: PolicyFolderOptions): readonly Abstraction[] {
  if (tree.file(`${folder}/tunables/global`) === undefined) return [];
  const names = (tree.folder(`${folder}/${ABSTRACTIONS}`) ?? []).filter(
    (name) => /^[A-Za-z0-9._+-]+$/.test(name) && tree.file(`${folder}/${ABSTRACTIONS}/${name}`) !== undefined,
  );
  return parseAbstractions(names) ?? names.flatMap((name) => parseAbstractions([name]) ?? []);

  function parseAbstractions(some: readonly string[]): readonly Abstraction[] | undefined {
    const path = `${folder}/${OWN_FILE}`;
    const profiles = some.map(
      (name, index) => `profile learn-${String(index)} {\n  include <${ABSTRACTIONS}/${name}>\n}\n`,
    );
    const text = `include <tunables/global>\n${profiles.join('')}`;
    const withOwn: PolicyTree = {
      file: (asked) => (asked === path ? text : tree.file(asked)),
      folder: (asked) => tree.folder(asked),
    };
    const parsed = parsePolicy(path, withOwn, { dialect, base: folder });
    if (parsed.diagnostics.some(({ level }) => level === 'error')) return undefined;
    return parsed.profiles.flatMap(({ name, rules }) => {
      const abstraction = some[Number(name.slice('learn-'.length))];
      return abstraction === undefined ? [] : [{ name: `${ABSTRACTIONS}/${abstraction}`, rules }];
    });
  }
}

/** Says which other profile is for a program; one that confines nothing (flags=(unconfined), flags=(default_allow)) is none. */
export function profileFinder(policy: PolicyFolder, label: ByteText): (path: ByteText) => OtherProfile | undefined {
  const engine = new PatternEngine();
  let others: readonly Profile[] | undefined;
  const isFor = ({ attachment }: Profile, path: ByteText): boolean =>
    attachment?.expanded.some((pattern) => engine.compile(pattern)?.(path) === true) === true;
  return (path) => {
    others ??= policy.outline
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
