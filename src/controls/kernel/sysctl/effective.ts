import type { InterfaceRule } from '../catalogue/knowledge.ts';
import { confPath, type ConfScope } from './scope.ts';
import { kernelInteger } from './value.ts';

/**
 * The value that counts on one interface, made of its own and conf/all's by the rule of the setting (ip-sysctl.rst;
 * IN_DEV_MAXCONF, IN_DEV_ORCONF, IN_DEV_ANDCONF and IN_DEV_RX_REDIRECTS of include/linux/inetdevice.h). `undefined` where
 * a value that takes part is not known.
 */
export function effectiveValue(
  conf: ConfScope,
  rule: InterfaceRule,
  valueOf: (path: string) => string | undefined,
): string | undefined {
  const own = valueOf(confPath(conf));
  if (rule === 'interface' || rule === 'propagates') return own;
  const all = valueOf(confPath({ ...conf, scope: 'all' }));
  const forwarding = valueOf(confPath({ ...conf, leaf: 'forwarding' }));
  if (rule === 'and-if-forwarding-else-or') {
    if (forwarding === undefined) return undefined;
    return combine(isOn(forwarding) ? 'and' : 'or', all, own);
  }
  return combine(rule, all, own);
}

function combine(
  rule: 'max' | 'min' | 'or' | 'and',
  all: string | undefined,
  own: string | undefined,
): string | undefined {
  if (rule === 'and' && [all, own].some((value) => value !== undefined && !isOn(value))) return '0';
  if (rule === 'or' && [all, own].some((value) => value !== undefined && isOn(value))) return '1';
  if (all === undefined || own === undefined) return undefined;
  if (rule === 'and' || rule === 'or') return rule === 'and' ? '1' : '0';
  const [a, b] = [kernelInteger(all), kernelInteger(own)];
  if (a === undefined || b === undefined) return undefined;
  const larger = a > b ? a : b;
  return (rule === 'max' ? larger : a + b - larger).toString();
}

function isOn(value: string): boolean {
  return kernelInteger(value) !== 0n;
}
