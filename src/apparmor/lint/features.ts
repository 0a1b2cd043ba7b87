import type { Rule } from '../language/syntax.ts';

/** What a kernel enforces: every path of its feature tree, `network_v8/af_mask`, and each word below it. */
export type Features = ReadonlySet<string>;

const MAX_FEATURES_LENGTH = 1_000_000;
const MAX_DEPTH = 32;

/** Reads a file of features (apparmor_parser -M, /etc/apparmor.d/abi/*); `undefined` for what is none. */
export function parseFeatures(text: string): Features | undefined {
  if (text.length > MAX_FEATURES_LENGTH) return undefined;
  const features = new Set<string>();
  const open: string[] = [];
  let last = '';
  for (const [token] of text.matchAll(/[{}]|[^\s{}]+/g)) {
    if (token === '{') {
      if (last === '' || open.length === MAX_DEPTH) return undefined;
      open.push(last);
      last = '';
    } else if (token === '}') {
      if (open.pop() === undefined) return undefined;
      last = '';
    } else {
      features.add([...open, token].join('/'));
      last = token;
    }
  }
  return open.length === 0 && features.size > 0 ? features : undefined;
}

/** For each kind of rule, the features of which one must be there (parser_main.c: set_supported). */
const NEEDED: Readonly<Partial<Record<Rule['kind'], readonly string[]>>> = {
  network: ['network_v8', 'network_v9', 'network'],
  unix: ['unix', 'network_v9/af_unix', 'network/af_unix'],
  dbus: ['dbus'],
  signal: ['signal'],
  ptrace: ['ptrace'],
  mount: ['mount'],
  umount: ['mount'],
  remount: ['mount'],
  'pivot-root': ['mount', 'namespaces/pivot_root'],
  userns: ['namespaces/mask/userns_create', 'namespaces/userns_create'],
  mqueue: ['ipc/posix_mqueue', 'ipc/sysv_mqueue'],
  'io-uring': ['io_uring'],
  rlimit: ['rlimit'],
};

/** The features without which a rule is nothing but text; `undefined` where it is enforced. */
export function missingFeature(rule: Rule, features: Features): string | undefined {
  const needed = NEEDED[rule.kind];
  if (needed === undefined || needed.some((one) => features.has(one))) return undefined;
  return needed.join(' or ');
}
