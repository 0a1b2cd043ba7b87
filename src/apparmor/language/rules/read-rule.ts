import { isAtLeast } from '../dialect.ts';
import type { Draft, DraftBody, Prefix } from '../draft.ts';
import type { Reader } from '../reader.ts';
import { readCapabilityRule } from './capability.ts';
import { readChangeProfileRule } from './change-profile.ts';
import { execProblem, readFileRule, readLinkRule } from './file.ts';
import { readIoUringRule, readMqueueRule, readUsernsRule } from './kernel-rules.ts';
import { readMountRule, readPivotRootRule } from './mount.ts';
import { readNetworkRule } from './network.ts';
import { readDbusRule, readPtraceRule, readSignalRule, readUnixRule } from './peer-rules.ts';

type RuleReader = (reader: Reader) => DraftBody | undefined;

const READERS: Readonly<Record<string, RuleReader>> = {
  capability: readCapabilityRule,
  network: readNetworkRule,
  mount: readMountRule,
  remount: readMountRule,
  umount: readMountRule,
  pivot_root: readPivotRootRule,
  dbus: readDbusRule,
  unix: readUnixRule,
  signal: readSignalRule,
  ptrace: readPtraceRule,
  userns: readUsernsRule,
  mqueue: readMqueueRule,
  io_uring: readIoUringRule,
  change_profile: readChangeProfileRule,
  link: readLinkRule,
  all: readAllRule,
  file: readFileRule,
  safe: readFileRule,
  unsafe: readFileRule,
};
/** MIN_POLICY_PRIORITY and MAX_POLICY_PRIORITY of immunix.h. */
const PRIORITY_LIMIT = 1000;
const WITHOUT_PRIORITY: readonly string[] = ['network', 'all'];

/** `priority=N audit allow owner`, each of them or none, in this order. */
export function readPrefix(reader: Reader): Prefix | undefined {
  const priority = readPriority(reader);
  if (priority === undefined) return undefined;
  const isAudited = reader.acceptKeyword('audit') !== undefined;
  const effect = reader.acceptKeyword('allow', 'deny', 'prompt')?.value;
  const owner = reader.acceptKeyword('owner', 'other')?.value;
  return {
    priority,
    isAudited,
    ...(effect === 'allow' || effect === 'deny' || effect === 'prompt' ? { effect } : {}),
    ...(owner === 'owner' || owner === 'other' ? { owner } : {}),
  };
}

function readPriority(reader: Reader): number | undefined {
  if (reader.accept('priority') === undefined) return 0;
  if (reader.expect('=', '“=”') === undefined) return undefined;
  const value = reader.expect('value', 'a number');
  if (value === undefined) return undefined;
  const priority = Number(value.text);
  if (Math.abs(priority) <= PRIORITY_LIMIT) return priority;
  return reader.fail(value, {
    code: 'priority',
    message: `a priority must be from -${PRIORITY_LIMIT} to ${PRIORITY_LIMIT}`,
  });
}

function readAllRule(reader: Reader): DraftBody | undefined {
  reader.next();
  if (reader.expect(',', 'a comma') === undefined) return undefined;
  return {
    name: 'all',
    isEntry: false,
    make: (scope, { base, prefix, token }) => {
      // It stands for all rules there are, one of them `ix` on every path, weaker than any that is written.
      scope.addExec({
        pattern: '/{**,}',
        key: 'inherit ',
        base: { ...base, priority: base.priority - 2 },
        owner: prefix.owner,
        token,
      });
      return [{ ...base, kind: 'all' }];
    },
  };
}

/** The part behind the prefix. */
export function readRuleBody(reader: Reader): DraftBody | undefined {
  const token = reader.peek();
  if (token.kind === 'keyword') {
    const read = Object.hasOwn(READERS, token.value) ? READERS[token.value] : undefined;
    return read === undefined ? reader.unexpected('a rule') : read(reader);
  }
  if (token.kind === 'id' || token.kind === 'set-variable' || token.kind === 'mode') return readFileRule(reader);
  return reader.unexpected('a rule, a profile or “}”');
}

/** Whether the prefix is one that the rule may have. */
export function isPrefixRight(reader: Reader, draft: Draft): boolean {
  const { body, prefix, first } = draft;
  const fail = (code: string, message: string): false => {
    reader.fail(first, { code, message });
    return false;
  };
  if (prefix.owner !== undefined && body.name !== 'file')
    return fail('prefix', `“${prefix.owner}” is for rules of files, not of ${body.name}`);
  if (prefix.priority !== 0 && WITHOUT_PRIORITY.includes(body.name))
    return fail('prefix', `rules of ${body.name} have no priority`);
  const problem = execProblem(reader, draft, prefix);
  return problem === undefined || fail('exec-mode', problem);
}

/** The prefix that a rule within a block has. */
export function prefixInBlock(reader: Reader, block: Prefix, rule: Prefix): Prefix | undefined {
  if (block.owner !== undefined && rule.owner !== undefined && block.owner !== rule.owner) return undefined;
  const owner = rule.owner ?? block.owner;
  const isAudited = block.isAudited || rule.isAudited;
  // From 4.0 on the block's own mode takes the place of the rule's (entry_add_prefix of parser_misc.c).
  const effect = isAtLeast(reader.dialect, '4.0') ? block.effect : rule.effect;
  const priority = isAtLeast(reader.dialect, '4.0') ? block.priority : rule.priority;
  return {
    priority,
    isAudited,
    ...(effect === undefined ? {} : { effect }),
    ...(owner === undefined ? {} : { owner }),
  };
}
