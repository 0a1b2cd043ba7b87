import type { ByteText } from '../../core/byte-text.ts';
import { NO_MATCH } from './automaton.ts';
import { type KernelPermissions, NO_PERMISSIONS, permissionsAt } from './permissions.ts';
import type { CompiledProfile } from './profile.ts';

/** A class of rules in a policy, ready to be asked. */
export type ClassWalk =
  | {
      readonly kind: 'mediated';
      readonly at: (text: ByteText) => KernelPermissions;
      readonly reaches: (text: ByteText) => boolean;
    }
  | { readonly kind: 'unmediated'; readonly note: string };

/** RULE_MEDIATES() of include/policy.h: a class that the policy does not begin with is not asked about at all. */
export function classWalk({ classes }: CompiledProfile, number: number): ClassWalk {
  const start = classes?.automaton.step(classes.start, number) ?? NO_MATCH;
  if (classes === undefined || start === NO_MATCH)
    return {
      kind: 'unmediated',
      note: 'the policy was compiled without this class of rules: the kernel lets all of it pass',
    };
  const state = (text: ByteText): number => classes.automaton.walk(start, text);
  return {
    kind: 'mediated',
    at: (text) => {
      const end = state(text);
      return end === NO_MATCH ? NO_PERMISSIONS : permissionsAt(classes, end);
    },
    reaches: (text) => state(text) !== NO_MATCH,
  };
}

export function bytesOf(...bytes: readonly number[]): ByteText {
  return String.fromCharCode(...bytes);
}

/** Network order. */
export function bytesOf16(value: number): ByteText {
  const high = value >>> 8;
  return bytesOf(high & 0xff, value & 0xff);
}

/** Parts of a rule with what separates them. */
export function joined(parts: readonly ByteText[]): ByteText {
  return parts.join('\0');
}
