import type { Diagnostic } from '../../core/diagnostic.ts';
import { shown } from '../../core/byte-text.ts';
import { Neighbours } from '../pattern/neighbours.ts';
import { finishProfile } from './finish-profile.ts';
import { Includer } from './lexer/includer.ts';
import { Lexer } from './lexer/lexer.ts';
import { FILE_LIMIT_CHARACTERS } from './limits.ts';
import { policyBudget } from './policy-budget.ts';
import { readPreamble } from './preamble.ts';
import { Problems } from './problems.ts';
import type { ProfileDraft } from './profile-draft.ts';
import { ProfileReader } from './profile-reader.ts';
import { Reader } from './reader.ts';
import { Source } from './source.ts';
import type { Dialect, PolicyTree, Profile } from './syntax.ts';
import { Variables } from './variables.ts';

const DEFAULT_BASE = '/etc/apparmor.d';

export interface ParseOptions {
  readonly dialect: Dialect;
  /** Where `<…>` is looked for last; default /etc/apparmor.d. */
  readonly base?: string;
  /** Where `<…>` is looked for first (`-I` of apparmor_parser(8)). */
  readonly includeFolders?: readonly string[];
  /** What relative paths in quotes begin at: the parser's working folder; default is the base. */
  readonly workingFolder?: string;
  /** Only which profiles there are and what they are for: their rules are left out, and what they include is not read. */
  readonly isOutline?: boolean;
  /** Whether rules for files are left out of a profile that allows something else as well: who looks for others has no use for it. */
  readonly isForFilesAlone?: boolean;
}

export interface ParsedPolicy {
  /** Without those that could not be read; rules that could not be read are missing in theirs. */
  readonly profiles: readonly Profile[];
  /** The parser would refuse the policy when there is an error among them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file and folder that was read, sorted. */
  readonly readPaths: readonly string[];
}

/** Reads a policy as apparmor_parser(8) of a version would; never throws for what is in it. */
export function parsePolicy(path: string, tree: PolicyTree, options: ParseOptions): ParsedPolicy {
  const problems = new Problems();
  const { isOutline = false, isForFilesAlone = false } = options;
  const base = options.base ?? DEFAULT_BASE;
  const includer = new Includer(tree, {
    includeFolders: options.includeFolders ?? [],
    base,
    workingFolder: options.workingFolder ?? base,
    isOutline,
  });
  const text = includer.file(path);
  const result = (profiles: readonly Profile[]): ParsedPolicy => ({
    profiles,
    diagnostics: problems.list(),
    readPaths: includer.readPaths(),
  });
  if (text === undefined) {
    problems.error({ code: 'missing', message: `${path} is not there` }, { path });
    return result([]);
  }
  if (text.length > FILE_LIMIT_CHARACTERS) {
    problems.error(
      { code: 'file-too-large', message: `${path} is larger than ${FILE_LIMIT_CHARACTERS} bytes` },
      { path },
    );
    return result([]);
  }
  const { dialect } = options;
  const lexer = new Lexer(new Source(path, text, []), dialect, { includer, problems });
  const reader = new Reader(lexer, { dialect, problems });
  const variables = new Variables(dialect);
  const profileReader = new ProfileReader(reader, { includer, variables });
  const aliases = readPreamble(reader, { variables, profiles: profileReader });
  const drafts = readProfiles(reader, profileReader);
  const parts = {
    variables,
    aliases: new Neighbours(aliases.map((value) => ({ prefixes: [value.from], value }))),
    problems,
    budget: policyBudget(),
    isOutline,
    isForFilesAlone,
  };
  return result(drafts.map((draft) => finishProfile(draft, parts)));
}

function readProfiles(reader: Reader, profiles: ProfileReader): ProfileDraft[] {
  const drafts: ProfileDraft[] = [];
  const names = new Set<string>();
  for (;;) {
    const token = reader.peek();
    if (token.kind === 'end') return drafts;
    if (!['id', 'profile', 'hat', '^'].includes(token.kind)) {
      reader.unexpected('a profile');
      if (token.kind === '}') reader.next();
      else reader.recover(reader.taken);
      continue;
    }
    const start = reader.taken;
    const profile = profiles.readProfile();
    if (profile === undefined) {
      reader.recover(start);
      continue;
    }
    const { label, name } = profile.header;
    const id = `${label.namespace ?? ''}\0${label.name}`;
    if (names.has(id))
      reader.fail(name, { code: 'duplicate', message: `the profile “${shown(label.name)}” is defined twice` });
    names.add(id);
    drafts.push(profile);
  }
}
