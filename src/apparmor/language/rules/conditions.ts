import type { Token } from '../lexer/token.ts';
import type { Reader } from '../reader.ts';

/** `name=value`, `name=(values)`, `name in (values)`, and from 5.0 on `name:=value`. */
export interface Condition {
  readonly token: Token;
  readonly name: string;
  readonly operator: 'none' | '=' | ':=' | 'in';
  readonly values: readonly Token[];
}

/** All that stand in a row; `undefined` when one of them can't be read. */
export function readConditions(reader: Reader): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  for (;;) {
    const token = reader.accept('condition');
    if (token === undefined) return conditions;
    const condition = readCondition(reader, token);
    if (condition === undefined) return undefined;
    conditions.push(condition);
  }
}

function readCondition(reader: Reader, token: Token): Condition | undefined {
  const base = { token, name: token.value };
  const sign = reader.accept('=', ':=', 'in');
  if (sign === undefined) return { ...base, operator: 'none', values: [] };
  const operator = sign.kind === 'in' ? 'in' : sign.kind === ':=' ? ':=' : '=';
  const single = operator === 'in' ? undefined : reader.accept('value');
  if (single !== undefined) return { ...base, operator, values: [single] };
  const values = readValues(reader);
  return values === undefined ? undefined : { ...base, operator, values };
}

/** `(a, b c)`; the commas are blanks. */
export function readValues(reader: Reader): readonly Token[] | undefined {
  if (reader.expect('(', 'a value or “(”') === undefined) return undefined;
  const values: Token[] = [];
  for (let value = reader.accept('value'); value !== undefined; value = reader.accept('value')) values.push(value);
  if (values.length === 0) return reader.unexpected('a value');
  return reader.expect(')', '“)”') === undefined ? undefined : values;
}

/** A group of conditions: `peer=(…)` of a rule, `xattrs=(…)` of a profile. */
export interface ConditionGroup {
  readonly token: Token;
  readonly conditions: readonly Condition[];
}

/** The group of that name; an empty one when there is none. */
export function readGroup(reader: Reader, name: 'peer' | 'xattrs'): ConditionGroup | 'none' | undefined {
  const token = reader.accept('condition-list');
  if (token === undefined) return 'none';
  if (token.value !== name)
    return reader.fail(token, {
      code: 'condition',
      message: `“${token.value}=(…)” is not known here; only “${name}=(…)” is`,
    });
  if (reader.expect('=', '“=”') === undefined || reader.expect('(', '“(”') === undefined) return undefined;
  const conditions = readGroupConditions(reader);
  if (conditions === undefined || reader.expect(')', '“)”') === undefined) return undefined;
  return { token, conditions };
}

/** Within a group the parentheses of a value are no words of their own. */
function readGroupConditions(reader: Reader): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  for (let token = reader.accept('condition'); token !== undefined; token = reader.accept('condition')) {
    const sign = reader.accept('=', ':=');
    const value = sign === undefined ? undefined : reader.expect('value', 'one value');
    if (sign !== undefined && value === undefined) return undefined;
    const operator = sign === undefined ? 'none' : sign.kind === ':=' ? ':=' : '=';
    conditions.push({ token, name: token.value, operator, values: value === undefined ? [] : [value] });
  }
  return conditions;
}

export interface ConditionRule {
  /** Whether several values are taken. */
  readonly isList?: boolean;
  readonly operators?: readonly Condition['operator'][];
}

/** Whether all conditions are known, use operators that they may, and none is given twice. */
export function checkConditions(
  reader: Reader,
  conditions: readonly Condition[],
  allowed: { readonly rule: string; readonly names: Readonly<Record<string, ConditionRule>> },
): true | undefined {
  const seen = new Set<string>();
  for (const { token, name, operator, values } of conditions) {
    const known = Object.hasOwn(allowed.names, name) ? allowed.names[name] : undefined;
    const fail = (message: string): undefined =>
      reader.fail(token, { code: 'condition', message: `${allowed.rule}: ${message}` });
    if (known === undefined)
      return fail(`“${name}=” is not known here; known are ${Object.keys(allowed.names).join(', ') || 'none'}`);
    if (!(known.operators ?? ['=']).includes(operator))
      return fail(operator === 'none' ? `“${name}” needs a value` : `“${operator}” is not taken behind “${name}”`);
    if (known.isList !== true && values.length > 1) return fail(`“${name}” takes one value`);
    if (known.isList !== true && seen.has(name)) return fail(`“${name}” is given twice`);
    seen.add(name);
  }
  return true;
}

export function valueOf(conditions: readonly Condition[], name: string): Token | undefined {
  return conditions.find((one) => one.name === name)?.values[0];
}

/** For the tree: each name with its values, as written. */
export function conditionRecord(conditions: readonly Condition[]): Record<string, readonly string[]> {
  const record: Record<string, string[]> = {};
  for (const { name, values } of conditions)
    record[name] = [...(record[name] ?? []), ...values.map(({ text }) => text)];
  return record;
}

export function peerRecord(conditions: readonly Condition[]): Record<string, string> {
  return Object.fromEntries(conditions.map(({ name, values }) => [name, values[0]?.text ?? '']));
}
