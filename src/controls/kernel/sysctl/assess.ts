import type { BootOutlook, NextBoot } from './boot-outlook.ts';
import { effectiveValue } from './effective.ts';
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
  return {
    wished,
    now,
    next,
    isNowRight: now.kind === 'value' && isRight(now.text),
    isNextRight: next.kind === 'set' && isRight(next.value),
    weakInterfaces: weakInterfaces(wished, input, isRight),
  };
}

/**
 * A wish for conf/all is a wish for every interface: where the kernel combines the two values, or looks at the interface's
 * own alone, conf/all being right says little. The loopback interface is left out: nothing arrives there from outside.
 */
function weakInterfaces(
  wished: WishedSysctl,
  { state, outlook, wishedPaths }: AssessInput,
  isRight: (value: string) => boolean,
): readonly WeakInterface[] {
  const conf = confScope(wished.path);
  const rule = wished.knowledge?.interfaceRule;
  if (conf?.scope !== 'all' || rule === undefined) return [];
  const names = state.interfaces[conf.family].filter((name) => name !== 'lo');
  return names.flatMap((name): readonly WeakInterface[] => {
    const own = { ...conf, scope: name };
    const path = confPath(own);
    if (wishedPaths.has(path)) return [];
    const next = outlook.of(path);
    const now = effectiveValue(own, rule, (one) => valueText(state.values[one]));
    if (now !== undefined && !isRight(now)) return [{ name, path, when: 'now', effective: now, next }];
    const later = effectiveValue(own, rule, (one) => nextValue(one, conf, outlook));
    const isLaterWeak = next.kind === 'set' && later !== undefined && !isRight(later);
    return isLaterWeak ? [{ name, path, when: 'next boot', effective: later, next }] : [];
  });
}

function valueText(value: SysctlValue | undefined): string | undefined {
  return value?.kind === 'value' ? value.text : undefined;
}

/** An interface that no file names takes over conf/default when it appears (devinet_init_net(), ipv6_add_dev()). */
function nextValue(path: string, conf: ConfScope, outlook: BootOutlook): string | undefined {
  const own = outlook.of(path);
  if (own.kind === 'set') return own.value;
  const scope = confScope(path)?.scope;
  if (scope === undefined || scope === 'all' || scope === 'default') return undefined;
  const inherited = outlook.of(confPath({ ...conf, ...confScope(path), scope: 'default' }));
  return inherited.kind === 'set' ? inherited.value : undefined;
}
