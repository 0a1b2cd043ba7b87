import { classPermissions, filePermissions } from './accept-words.ts';
import { Automaton, NO_MATCH, START } from './automaton.ts';
import { CLASS } from './classes.ts';
import { EXEC } from './exec.ts';
import { readFlexTables } from './flex-tables.ts';
import { type KernelPermissions, NO_PERMISSIONS, type RuleAutomaton, type StatePermissions } from './permissions.ts';
import { type PolicyStream, TAG } from './stream.ts';

/** What stands together in the stream: unpack_pdb() of policy_unpack.c. */
export interface RulesOnStream {
  readonly automaton: Automaton;
  readonly accept: Uint32Array;
  readonly accept2?: Uint32Array;
  readonly table?: readonly KernelPermissions[];
  readonly start: number;
  readonly fileStart: number;
  readonly transitions: readonly string[];
}

const TABLE_VERSION = 1;
/** In the second word of a state: its permissions depend on the owner (aa_lookup_fperms() of file.c). */
const DEPENDS_ON_OWNER = 1;

/** Reads an automaton with its table of permissions and of names, or nothing where none stands. */
export function readRules(stream: PolicyStream): RulesOnStream | undefined {
  const table = readTable(stream);
  // A mark of the parser's 5.0 that the second words of the file automaton mean ownership; they say so themselves.
  stream.optionalU32('permsv');
  const blob = stream.optionalBlob('aadfa');
  if (blob === undefined) {
    if (table !== undefined) stream.fail('a table of permissions stands there without an automaton');
    return undefined;
  }
  const tables = readFlexTables(blob);
  const automaton = new Automaton(tables);
  if (tables.accept === undefined) return stream.fail('the automaton has no permissions');
  const start = stream.optionalU32('start') ?? START;
  const fileStart = stream.optionalU32('dfa_start') ?? START;
  if (Math.max(start, fileStart) >= automaton.stateCount)
    stream.fail("the automaton begins with a state that isn't there");
  return {
    automaton,
    accept: tables.accept,
    ...(tables.accept2 !== undefined && { accept2: tables.accept2 }),
    ...(table !== undefined && { table }),
    start,
    fileStart,
    transitions: readTransitions(stream),
  };
}

export function fileRules(rules: RulesOnStream, stream: PolicyStream): RuleAutomaton {
  return checked(stream, { ...rules, start: rules.fileStart, permissions: permissionsOfFiles(rules, stream) });
}

export function classRules(rules: RulesOnStream, stream: PolicyStream): RuleAutomaton {
  const { accept, table } = rules;
  const permissions =
    table === undefined ? classPermissions(accept, secondWords(rules, stream)) : indexed(accept, table, stream);
  return checked(stream, { ...rules, permissions });
}

/** The policy that holds files together with all else: what the kernel takes when no automaton of files stands there. */
export function filesAmongClasses(
  { transitions, ...rules }: RulesOnStream,
  stream: PolicyStream,
): RuleAutomaton | undefined {
  // A table of names stands there for rules of mounts too, with no automaton of files in front of it.
  const ofFiles = readTransitions(stream);
  const classes = { ...rules, transitions: ofFiles.length === 0 ? transitions : ofFiles };
  const start = classes.automaton.step(classes.start, CLASS.file);
  if (start === NO_MATCH) return undefined;
  if (classes.table === undefined) return { ...classRules(classes, stream), start };
  return checked(stream, { ...classes, start, permissions: permissionsOfFiles(classes, stream) });
}

function permissionsOfFiles(rules: RulesOnStream, stream: PolicyStream): StatePermissions {
  const { accept, accept2, table } = rules;
  if (table === undefined) return filePermissions(accept, secondWords(rules, stream));
  const { entries, owner } = indexed(accept, table, stream);
  const none = entries.length;
  const other = owner.map((index, state) => {
    const isSame = accept2 !== undefined && ((accept2[state] ?? 0) & DEPENDS_ON_OWNER) === 0;
    return isSame ? index : Math.min(index + 1, none);
  });
  return { entries: [...entries, NO_PERMISSIONS], owner, other };
}

function indexed(accept: Uint32Array, table: readonly KernelPermissions[], stream: PolicyStream): StatePermissions {
  if (accept.some((index) => index >= table.length)) stream.fail("a state has permissions that aren't in their table");
  return { entries: table, owner: accept, other: accept };
}

function secondWords({ accept2 }: RulesOnStream, stream: PolicyStream): Uint32Array {
  return accept2 ?? stream.fail('the automaton has no table of what is logged');
}

/** Parsers up to 4.1 write an entry for each state: the same ones become one, so that states can be compared by number. */
function unique({ entries, owner, other }: StatePermissions): StatePermissions {
  const known = new Map<string, number>();
  const kept: KernelPermissions[] = [];
  const renumbered = entries.map((entry) => {
    const key = Object.values(entry).join(' ');
    const index = known.get(key) ?? kept.push(entry) - 1;
    known.set(key, index);
    return index;
  });
  const mapped = (indices: Uint32Array): Uint32Array => indices.map((index) => renumbered[index] ?? 0);
  return { entries: kept, owner: mapped(owner), other: owner === other ? mapped(owner) : mapped(other) };
}

/** verify_dfa_xindex() */
function checked(stream: PolicyStream, { automaton, start, permissions, transitions }: RuleAutomaton): RuleAutomaton {
  for (const { execIndex } of permissions.entries)
    if ((execIndex & EXEC.typeMask) === EXEC.byTable && (execIndex & EXEC.indexMask) >= transitions.length)
      stream.fail("an execution leads to a name that isn't there");
  return { automaton, start, permissions: unique(permissions), transitions };
}

function readTable(stream: PolicyStream): readonly KernelPermissions[] | undefined {
  if (!stream.take(TAG.struct, 'perms')) return undefined;
  const version = stream.optionalU32('version');
  if (version !== TABLE_VERSION) stream.fail(`permissions stand in a table of version ${String(version)}`);
  const count = stream.array('the table of permissions');
  const entries: KernelPermissions[] = [];
  for (let i = 0; i < count; i++) entries.push(readEntry(stream));
  stream.end(TAG.arrayEnd, 'the table of permissions');
  stream.end(TAG.structEnd, 'the table of permissions');
  return entries;
}

/** unpack_perm(), and what verify_perm() refuses. */
function readEntry(stream: PolicyStream): KernelPermissions {
  const word = (): number => stream.u32('an entry of the table of permissions');
  // Reserved.
  word();
  const [allow, deny, subtree, condition, kill, complain, prompt] = [
    word(),
    word(),
    word(),
    word(),
    word(),
    word(),
    word(),
  ];
  const [audit, quiet, hide, execIndex, tag, label] = [word(), word(), word(), word(), word(), word()];
  const isAtOdds =
    (allow & deny) !== 0 ||
    (subtree & ~allow) !== 0 ||
    ((condition | complain | prompt) & (allow | deny)) !== 0 ||
    ((kill | hide) & allow) !== 0 ||
    (complain & prompt) !== 0;
  if (isAtOdds) stream.fail('an entry of the table of permissions is at odds with itself');
  return { allow, deny, subtree, condition, kill, complain, prompt, audit, quiet, hide, execIndex, tag, label };
}

/** unpack_trans_table() */
function readTransitions(stream: PolicyStream): readonly string[] {
  if (!stream.take(TAG.struct, 'xtable')) return [];
  const count = stream.array('the table of names');
  const names: string[] = [];
  for (let i = 0; i < count; i++) names.push(readName(stream));
  stream.end(TAG.arrayEnd, 'the table of names');
  stream.end(TAG.structEnd, 'the table of names');
  return names;
}

/** A namespace is `:namespace` and a NUL before the name; written with a colon by people and by the kernel. */
function readName(stream: PolicyStream): string {
  const name = stream.string('a name to go on with');
  const parts = name.split('\0');
  const isNamespaced = name.startsWith(':');
  if (/^\s/.test(name) || parts.length > (isNamespaced ? 2 : 1) || name === ':')
    stream.fail('a name to go on with is none');
  return parts.join(':');
}
