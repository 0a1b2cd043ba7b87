import { shown } from '../../core/byte-text.ts';
import { readCondition } from './conditional.ts';
import { isAtLeast } from './dialect.ts';
import type { Token } from './lexer/token.ts';
import type { ProfileReader } from './profile-reader.ts';
import type { Reader } from './reader.ts';
import type { Alias } from './scope.ts';
import { type Variables, variableName } from './variables.ts';

/** What stands before the first profile: variables, aliases, features. */
export function readPreamble(
  reader: Reader,
  parts: { readonly variables: Variables; readonly profiles: ProfileReader },
): readonly Alias[] {
  const aliases = new Map<string, Alias>();
  for (;;) {
    const token = reader.peek();
    const start = reader.taken;
    const isRead =
      token.kind === 'set-variable' || token.kind === 'boolean-variable'
        ? readAssignment(reader, parts.variables)
        : token.kind === 'keyword' && token.value === 'alias'
          ? readAlias(reader, aliases)
          : token.kind === 'keyword' && token.value === 'abi'
            ? parts.profiles.readAbi()
            : undefined;
    if (isRead === undefined) return [...aliases.values()];
    if (!isRead) reader.recover(start);
  }
}

/** `alias /from -> /to,` */
function readAlias(reader: Reader, aliases: Map<string, Alias>): boolean {
  reader.next();
  const from = reader.expect('id', 'a path');
  if (from === undefined || reader.expect('->', '“->”') === undefined) return false;
  const to = reader.expect('id', 'a path');
  if (to === undefined || reader.expect(',', 'a comma') === undefined) return false;
  const alias = { from: from.value, to: to.value };
  // No word holds a NUL.
  const id = `${alias.from}\0${alias.to}`;
  if (!aliases.has(id)) aliases.set(id, alias);
  return true;
}

const OPERATORS = ['=', '+=', '?=', ':='] as const;

/** `@{X} = values` and `$X = true`; newer versions know `?=` and `:=`, too. */
function readAssignment(reader: Reader, variables: Variables): boolean {
  const variable = reader.next();
  const sign = reader.accept(...OPERATORS) ?? reader.unexpected('“=” or “+=”');
  if (sign === undefined) return false;
  return variable.kind === 'boolean-variable'
    ? readBoolean(reader, variables, { variable, sign })
    : readSet(reader, variables, { variable, sign });
}

interface Assignment {
  readonly variable: Token;
  readonly sign: Token;
}

function readSet(reader: Reader, variables: Variables, { variable, sign }: Assignment): boolean {
  const values: string[] = [];
  for (let value = reader.accept('value'); value !== undefined; value = reader.accept('value'))
    values.push(value.value);
  if (values.length === 0) {
    reader.unexpected('a value');
    return false;
  }
  const name = variableName(variable.text);
  const known = variables.get(name);
  if (sign.kind === '+=') {
    if (known?.kind !== 'set')
      return fail(
        reader,
        variable,
        known === undefined ? 'gets more values, but has none yet' : 'is a boolean variable and has no values',
      );
    variables.add(name, values);
    return true;
  }
  if (known !== undefined && sign.kind === '=') return fail(reader, variable, 'is defined already');
  if (known === undefined || sign.kind === ':=') variables.set(name, { kind: 'set', values: new Set(values) });
  return true;
}

function readBoolean(reader: Reader, variables: Variables, { variable, sign }: Assignment): boolean {
  const value = isAtLeast(reader.dialect, '5.0') ? readCondition(reader, variables) : readTruth(reader);
  if (value === undefined) return false;
  if (sign.kind === '+=') return fail(reader, variable, 'is a boolean variable and can’t get more values');
  const name = variableName(variable.text);
  const known = variables.get(name);
  if (known !== undefined && sign.kind === '=') return fail(reader, variable, 'is defined already');
  if (known === undefined || sign.kind === ':=') variables.set(name, { kind: 'boolean', value });
  return true;
}

function readTruth(reader: Reader): boolean | undefined {
  const token = reader.expect('value', 'true or false');
  if (token === undefined) return undefined;
  const word = token.value.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  return reader.fail(token, { code: 'variable', message: `“${shown(token.text)}” is neither true nor false` });
}

/** What was wrong is told, and read to its end. */
function fail(reader: Reader, variable: Token, message: string): true {
  reader.fail(variable, { code: 'variable', message: `the variable ${variable.text} ${message}` });
  return true;
}
