import { shown } from '../../core/byte-text.ts';
import { isAtLeast } from './dialect.ts';
import type { Token } from './lexer/token.ts';
import type { Reader } from './reader.ts';
import { type Variables, variableName } from './variables.ts';

/** Comparisons that `if` knows from 5.0 on. */
const COMPARISONS = ['==', '!=', 'in-operator', '>', '>=', '<', '<='] as const;

type Comparison = (typeof COMPARISONS)[number];

/** What stands behind `if`, or is assigned to a boolean variable of 5.0; `undefined` when it can't be read. */
export function readCondition(reader: Reader, variables: Variables): boolean | undefined {
  return isAtLeast(reader.dialect, '5.0') ? readChoice(reader, variables) : readOldCondition(reader, variables);
}

/** `not`, `defined @{X}`, `defined $X` and `$X`. */
function readOldCondition(reader: Reader, variables: Variables): boolean | undefined {
  let isNegated = false;
  while (reader.acceptKeyword('not') !== undefined) isNegated = !isNegated;
  const value = readOldFactor(reader, variables);
  return isNegated ? negated(value) : value;
}

function readOldFactor(reader: Reader, variables: Variables): boolean | undefined {
  if (reader.acceptKeyword('defined') !== undefined) return readDefined(reader, variables);
  const token = reader.expect('boolean-variable', 'a boolean variable, “not” or “defined”');
  return token === undefined ? undefined : booleanOf(reader, variables, token);
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function readDefined(reader: Reader, variables: Variables): boolean | undefined {
  const token = reader.accept('set-variable', 'boolean-variable') ?? reader.unexpected('a variable');
  if (token === undefined) return undefined;
  const variable = variables.get(variableName(token.text));
  if (token.kind === 'set-variable' || isAtLeast(reader.dialect, '5.0')) return variable?.kind === 'set';
  if (!isAtLeast(reader.dialect, '4.0')) return variable !== undefined;
  // 4.x looks up the value, which fails for a variable that isn't there.
  return booleanOf(reader, variables, token) === undefined ? undefined : true;
}

function booleanOf(reader: Reader, variables: Variables, token: Token): boolean | undefined {
  const variable = variables.get(variableName(token.text));
  if (variable?.kind === 'boolean') return variable.value;
  return reader.fail(token, { code: 'variable', message: `the boolean variable ${token.text} is not defined` });
}

function readChoice(reader: Reader, variables: Variables): boolean | undefined {
  let value = readAll(reader, variables);
  while (value !== undefined && reader.accept('or') !== undefined) {
    const next = readAll(reader, variables);
    value = next === undefined ? undefined : next || value;
  }
  return value;
}

function readAll(reader: Reader, variables: Variables): boolean | undefined {
  let value = readNegation(reader, variables);
  while (value !== undefined && reader.accept('and') !== undefined) {
    const next = readNegation(reader, variables);
    value = next === undefined ? undefined : next && value;
  }
  return value;
}

function readNegation(reader: Reader, variables: Variables): boolean | undefined {
  let isNegated = false;
  while (reader.accept('not') !== undefined) isNegated = !isNegated;
  const value = readFactor(reader, variables);
  return isNegated ? negated(value) : value;
}

function readFactor(reader: Reader, variables: Variables): boolean | undefined {
  if (reader.accept('(') !== undefined) {
    const inner = reader.nest(() => readChoice(reader, variables));
    return inner === undefined || reader.expect(')', '“)”') === undefined ? undefined : inner;
  }
  if (reader.accept('defined') !== undefined) return readDefined(reader, variables);
  const boolean = reader.accept('boolean-variable');
  if (boolean !== undefined) return booleanOf(reader, variables, boolean);
  const left = reader.accept('id', 'set-variable') ?? reader.unexpected('a variable, a value, “not”, “defined” or “(”');
  if (left === undefined) return undefined;
  const sign = reader.accept(...COMPARISONS);
  if (sign === undefined) return truthOf(reader, left);
  const right = reader.accept('id', 'set-variable') ?? reader.unexpected('a variable or a value');
  if (right === undefined) return undefined;
  return compare(reader, variables, { left, right, sign });
}

function truthOf(reader: Reader, token: Token): boolean | undefined {
  const word = token.value.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  return reader.fail(token, { code: 'variable', message: `“${shown(token.text)}” is neither true nor false` });
}

interface Comparing {
  readonly left: Token;
  readonly right: Token;
  readonly sign: Token;
}

function compare(reader: Reader, variables: Variables, { left, right, sign }: Comparing): boolean | undefined {
  const a = valuesOf(reader, variables, left);
  const b = valuesOf(reader, variables, right);
  if (a === undefined || b === undefined) return undefined;
  const kind = COMPARISONS.find((one) => one === sign.kind);
  if (kind === 'in-operator') return a.every((value) => b.includes(value));
  if (kind === '==' || kind === '!=') {
    const isSame = a.length === b.length && a.every((value, index) => value === b[index]);
    return (kind === '==') === isSame;
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  if ((x === undefined) !== (y === undefined))
    return reader.fail(sign, { code: 'variable', message: 'a number can be compared with a number only' });
  if (x !== undefined && y !== undefined) return isInOrder(kind, Math.sign(x - y));
  return isInOrder(kind, order(a, b));
}

function isInOrder(kind: Comparison | undefined, sign: number): boolean {
  if (sign === 0) return kind === '>=' || kind === '<=';
  return sign > 0 ? kind === '>' || kind === '>=' : kind === '<' || kind === '<=';
}

/** Sets in the order of their sorted values, as std::set compares. */
function order(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [x, y] = [a[index] ?? '', b[index] ?? ''];
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

function valuesOf(reader: Reader, variables: Variables, token: Token): readonly string[] | undefined {
  if (!/^@(?:\{[A-Za-z]\w*\}|[A-Za-z]\w*)$/.test(token.value)) return [token.value];
  const values = variables.values(variableName(token.value));
  if (values.kind === 'problem') return reader.fail(token, { code: 'variable', message: values.message });
  return [...values.value].sort();
}

/** The one value as strtol(3) reads all of it, in any base. */
function numberOf(values: readonly string[]): number | undefined {
  const [value] = values;
  if (values.length !== 1 || value === undefined) return undefined;
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(value);
  const digits = match?.[2];
  if (match === null || digits === undefined) return undefined;
  const number = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -number : number;
}
