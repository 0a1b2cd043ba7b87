import { isAtLeast } from '../dialect.ts';
import type { DraftBody } from '../draft.ts';
import type { Token } from '../lexer/token.ts';
import type { Reader } from '../reader.ts';
import type { Dialect, MountRule, PivotRootRule } from '../syntax.ts';
import { type Condition, readConditions } from './conditions.ts';
import { isPlain, MAKE_FLAGS, mountFlags, type MountFlags } from './mount-options.ts';

const TYPE_CONDITIONS: readonly string[] = ['fstype', 'vfstype'];
const OPTION_CONDITIONS: readonly string[] = ['options', 'option'];

interface Parts {
  readonly kind: MountRule['kind'];
  readonly conditions: readonly Condition[];
  readonly source?: Token;
  readonly mountPoint?: Token;
}

/** `mount conditions source -> point,` · `remount …,` · `umount …,` */
export function readMountRule(reader: Reader): DraftBody | undefined {
  const keyword = reader.next();
  const kind = keyword.value === 'remount' || keyword.value === 'umount' ? keyword.value : 'mount';
  const conditions = readConditions(reader);
  if (conditions === undefined) return undefined;
  const path = reader.accept('id');
  const target = kind === 'mount' && reader.accept('->') !== undefined ? readTarget(reader) : 'none';
  if (target === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  const parts: Parts = {
    kind,
    conditions,
    ...(path === undefined ? {} : kind === 'mount' ? { source: path } : { mountPoint: path }),
    ...(target === 'none' ? {} : { mountPoint: target }),
  };
  if (!areConditionsRight(reader, parts)) return undefined;
  return mountDraft(reader.dialect, keyword, parts);
}

function readTarget(reader: Reader): Token | undefined {
  if (reader.peek().kind === 'condition') {
    return reader.fail(reader.peek(), { code: 'mount', message: 'conditions of the mount point are not supported' });
  }
  return reader.expect('id', 'a mount point');
}

function areConditionsRight(reader: Reader, parts: Parts): boolean {
  for (const condition of parts.conditions) {
    const { token, name, operator, values } = condition;
    const fail = (message: string): false => {
      reader.fail(token, { code: 'mount', message });
      return false;
    };
    const isOption = OPTION_CONDITIONS.includes(name);
    if (!isOption && !TYPE_CONDITIONS.includes(name))
      return fail(`“${name}=” is no condition of mounts; there are options and fstype`);
    if (operator !== '=' && operator !== 'in') return fail(`“${name}” takes “=” or “in”`);
    if (!isOption) continue;
    const flags = mountFlags(
      values.map(({ value }) => value),
      reader.dialect,
    );
    if ('unknown' in flags) return fail(`“${flags.unknown}” is no option of mounts`);
    const conflicting = [...flags.set].find((flag) => flags.cleared.has(flag));
    if (conflicting !== undefined && operator === '=' && isAtLeast(reader.dialect, '4.0'))
      return fail(`options contradict each other: “${conflicting}” is both asked for and refused`);
  }
  return true;
}

function mountDraft(dialect: Dialect, keyword: Token, parts: Parts): DraftBody {
  const named = (names: readonly string[]): string[] =>
    parts.conditions.filter(({ name }) => names.includes(name)).flatMap(({ values }) => values.map(({ text }) => text));
  return {
    name: parts.kind,
    isEntry: false,
    make: (scope, { base }) => {
      const { source, mountPoint } = parts;
      const types = parts.conditions
        .filter(({ name }) => TYPE_CONDITIONS.includes(name))
        .flatMap(({ values }) => values);
      for (const type of types) scope.pattern(type, {});
      if (!isEncodable(dialect, parts))
        scope.fail(keyword, {
          code: 'mount',
          message: 'these conditions of a mount can’t be met together, so that the rule would allow nothing',
        });
      return [
        {
          ...base,
          kind: parts.kind,
          fileSystemTypes: named(TYPE_CONDITIONS),
          options: named(OPTION_CONDITIONS),
          ...(source === undefined ? {} : { source: scope.pattern(source, { isPath: true }) }),
          ...(mountPoint === undefined ? {} : { mountPoint: scope.pattern(mountPoint, { isPath: true }) }),
        },
      ];
    },
  };
}

/** Whether the parser makes anything at all of a rule: “Encoding of mount rule failed” is an error of its own. */
function isEncodable(dialect: Dialect, parts: Parts): boolean {
  if (parts.kind === 'umount') return true;
  const flagsOf = (operator: '=' | 'in'): MountFlags[] =>
    parts.conditions
      .filter((one) => OPTION_CONDITIONS.includes(one.name) && one.operator === operator)
      .flatMap((one) => {
        const flags = mountFlags(
          one.values.map(({ value }) => value),
          dialect,
        );
        return 'unknown' in flags ? [] : [flags];
      });
  const facts = {
    isRemount: parts.kind === 'remount',
    hasSource: parts.source !== undefined,
    hasPoint: parts.mountPoint !== undefined,
    hasType: parts.conditions.some(({ name }) => TYPE_CONDITIONS.includes(name)),
  };
  return isAtLeast(dialect, '4.0')
    ? isEncodableNow(facts, flagsOf('='), flagsOf('in'))
    : isEncodableOld(facts, flagsOf('='), flagsOf('in'));
}

interface Facts {
  readonly isRemount: boolean;
  readonly hasSource: boolean;
  readonly hasPoint: boolean;
  readonly hasType: boolean;
}

/** All options of a rule are one set in 3.0. */
function isEncodableOld(facts: Facts, fixed: readonly MountFlags[], optional: readonly MountFlags[]): boolean {
  const set = new Set(fixed.flatMap((one) => [...one.set]));
  const cleared = new Set(fixed.flatMap((one) => [...one.cleared]));
  for (const flag of optional.flatMap((one) => [...one.set, ...one.cleared])) {
    set.add(flag);
    cleared.add(flag);
  }
  if (facts.isRemount) {
    set.add('remount');
    cleared.clear();
  } else if (set.size + cleared.size === 0) return true;
  if (set.has('remount') && !facts.hasSource && !facts.hasType) return true;
  if ((set.has('bind') || set.has('move')) && !facts.hasType) return true;
  if (MAKE_FLAGS.some((flag) => set.has(flag)) && !facts.hasSource && !facts.hasType) return true;
  return [...set, ...cleared].some(isPlain);
}

/** Each condition `options=` and each `options in` is a set of its own from 4.0 on, and one pair of them suffices. */
function isEncodableNow(facts: Facts, fixed: readonly MountFlags[], optional: readonly MountFlags[]): boolean {
  if (fixed.length === 0) {
    if (!facts.isRemount || !facts.hasType || optional.length === 0) return true;
    return optional.some((one) => [...one.set, ...one.cleared].some(isPlain));
  }
  const optionals = optional.length === 0 ? [{ set: new Set<never>(), cleared: new Set<never>() }] : optional;
  return fixed.some(({ set }) => {
    const flags = new Set(set);
    if (facts.isRemount) flags.add('remount');
    if (flags.size === 0) return true;
    if (flags.has('remount') && !facts.hasSource && !facts.hasType) return true;
    if (flags.has('bind') && !facts.hasType) return true;
    if (MAKE_FLAGS.some((flag) => flags.has(flag)) && (!facts.hasSource || !facts.hasPoint) && !facts.hasType)
      return true;
    if (flags.has('move') && !facts.hasType) return true;
    return optionals.some((one) => [...flags, ...one.set, ...one.cleared].some(isPlain));
  });
}

/** `pivot_root oldroot=path root -> profile,` */
export function readPivotRootRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const conditions = readConditions(reader);
  if (conditions === undefined) return undefined;
  const root = reader.accept('id');
  const target =
    reader.accept('->') === undefined
      ? 'none'
      : (reader.accept('id', 'set-variable') ?? reader.unexpected('a profile'));
  if (target === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  const last = conditions.at(-1);
  if (last !== undefined && last.name !== 'oldroot')
    return reader.fail(last.token, {
      code: 'mount',
      message: `“${last.name}=” is no condition of pivot_root; only “oldroot=” is`,
    });
  const oldRoot = last?.values[0];
  return {
    name: 'pivot_root',
    isEntry: false,
    make: (scope, { base, token }) => {
      if (target !== 'none') {
        scope.pattern(target, {});
        scope.addTransition(target.value, {}, token);
      }
      const rule: PivotRootRule = {
        ...base,
        kind: 'pivot-root',
        ...(oldRoot === undefined ? {} : { oldRoot: scope.pattern(oldRoot, { isPath: true }) }),
        ...(root === undefined ? {} : { newRoot: scope.pattern(root, { isPath: true }) }),
        ...(target === 'none' ? {} : { target: target.value }),
      };
      return [rule];
    },
  };
}
