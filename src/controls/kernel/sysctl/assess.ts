import type { BootOutlook, NextBoot } from './boot-outlook.ts';
import { effectiveValue } from './effective.ts';
import type { InterfaceRule } from '../catalogue/knowledge.ts';
import { kernelDefault } from './kernel-effects.ts';
import { sysctlKey } from './key.ts';
import { confPath, type ConfScope, confScope } from './scope.ts';
import type { SysctlState, SysctlValue } from './state.ts';
import { satisfies } from './value.ts';
import type { WishedSysctl } from './wish.ts';

/** The three truths of one key, compared: the value now, the value of the next boot, the wish. */
export interface Assessment {
  readonly wished: WishedSysctl;
  readonly now: SysctlValue;
  readonly next: NextBoot;
  readonly isNowRight: boolean;
  readonly isNextRight: boolean;
  /** Interfaces on which another value counts, now or at the next boot, than the wish allows. */
  readonly weakInterfaces: readonly WeakInterface[];
  /** Why the value that counts on some interface isn't known. */
  readonly unseenInterface?: string;
}

export interface WeakInterface {
  readonly name: string;
  readonly path: string;
  readonly when: 'now' | 'next boot';
  /** The value that counts there. */
  readonly effective: string;
  /** What decides it at the next boot. */
  readonly next: NextBoot;
}

export interface AssessInput {
  readonly state: SysctlState;
  readonly outlook: BootOutlook;
  /** Paths the blueprint names itself: an interface that has its own wish is not judged by conf/all's. */
  readonly wishedPaths: ReadonlySet<string>;
}

export function assess(wished: WishedSysctl, input: AssessInput): Assessment {
  const now = input.state.values[wished.path] ?? { kind: 'missing' };
  const next = input.outlook.of(wished.path);
  const isRight = (value: string): boolean => satisfies(value, wished.wish.value, wished.knowledge?.order);
  const interfaces = interfacesOf(wished, input);
  const unseenInterface = interfaces.flatMap((one) => whyUnseen(one, input)).at(0);
  return {
    wished,
    now,
    next,
    isNowRight: now.kind === 'value' && isRight(now.text),
    isNextRight: next.kind === 'set' && isRight(next.value),
    weakInterfaces: interfaces.flatMap((one) => weakInterface(one, input, isRight)),
    ...(unseenInterface !== undefined && { unseenInterface }),
  };
}

/** An interface that a wish for conf/all is also a wish for. */
export interface JudgedInterface {
  readonly own: ConfScope;
  readonly path: string;
  readonly rule: InterfaceRule;
}

/**
 * A wish for conf/all is a wish for every interface: where the kernel combines the two values, or looks at the interface's
 * own alone, conf/all being right says little. The loopback interface is left out: nothing arrives there from outside.
 */
export function interfacesOf(
  { path, knowledge }: WishedSysctl,
  { state, wishedPaths }: Pick<AssessInput, 'state' | 'wishedPaths'>,
): readonly JudgedInterface[] {
  const conf = confScope(path);
  const rule = knowledge?.interfaceRule;
  if (conf?.scope !== 'all' || rule === undefined) return [];
  const names = state.interfaces[conf.family].filter((name) => name !== 'lo');
  const interfaces = names.map((name) => ({ ...conf, scope: name })).map((own) => ({ own, path: confPath(own), rule }));
  return interfaces.filter((one) => !wishedPaths.has(one.path));
}

function weakInterface(
  { own, path, rule }: JudgedInterface,
  { state, outlook }: AssessInput,
  isRight: (value: string) => boolean,
): readonly WeakInterface[] {
  const next = outlook.of(path);
  const now = effectiveValue(own, rule, (one) => valueText(state.values[one]));
  if (now !== undefined && !isRight(now)) return [{ name: own.scope, path, when: 'now', effective: now, next }];
  const later = effectiveValue(own, rule, (one) => nextValue(one, own, { state, outlook }));
  const isDecided = next.kind === 'set' || isAtRest(state.values[path]);
  const isLaterWeak = isDecided && later !== undefined && !isRight(later);
  return isLaterWeak ? [{ name: own.scope, path, when: 'next boot', effective: later, next }] : [];
}

function whyUnseen({ own, path, rule }: JudgedInterface, { state, outlook }: AssessInput): readonly string[] {
  const value = state.values[path];
  if (value?.kind === 'unreadable') return [value.reason];
  if (!isAtRest(value)) return [];
  if (effectiveValue(own, rule, (one) => nextValue(one, own, { state, outlook })) !== undefined) return [];
  const inherited = confPath({ ...own, scope: 'default' });
  const next = outlook.of(inherited);
  if (next.kind === 'unknown') return [next.reason];
  return [
    `what counts on ${own.scope} is not known: nothing sets ${sysctlKey(inherited)}, and the kernel starts with a value of its own there`,
  ];
}

/** Whether there is no value now because the machine doesn't run. */
function isAtRest(value: SysctlValue | undefined): boolean {
  return value?.kind === 'not-running';
}

function valueText(value: SysctlValue | undefined): string | undefined {
  return value?.kind === 'value' ? value.text : undefined;
}

/**
 * An interface that no file names takes over conf/default when it appears (devinet_init_net(), ipv6_add_dev()). Where no
 * value of now tells, what nothing sets is what the kernel starts with.
 */
function nextValue(
  path: string,
  conf: ConfScope,
  { state, outlook }: Pick<AssessInput, 'state' | 'outlook'>,
): string | undefined {
  const own = outlook.of(path);
  if (own.kind === 'set') return own.value;
  const unset = (one: string): string | undefined =>
    isAtRest(state.values[path]) && outlook.of(one).kind === 'kernel-default' ? kernelDefault(one) : undefined;
  const scope = confScope(path)?.scope;
  if (scope === undefined || scope === 'all' || scope === 'default') return unset(path);
  const inheritedPath = confPath({ ...conf, ...confScope(path), scope: 'default' });
  const inherited = outlook.of(inheritedPath);
  return inherited.kind === 'set' ? inherited.value : unset(inheritedPath);
}
