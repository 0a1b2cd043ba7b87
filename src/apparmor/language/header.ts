import type { Token } from './lexer/token.ts';
import { readFlags } from './flags.ts';
import { type Label, readLabel } from './label.ts';
import type { Reader } from './reader.ts';
import { type ConditionGroup, readGroup, readValues } from './rules/conditions.ts';

export interface Header {
  readonly kind: 'profile' | 'hat';
  readonly first: Token;
  readonly name: Token;
  readonly label: Extract<Label, { kind: 'label' }>;
  readonly attachment?: Token;
  readonly xattrs?: ConditionGroup;
  readonly flags: readonly Token[];
}

/** All that stands before the brace of a profile, the brace with it. */
export function readHeader(
  reader: Reader,
  start: { readonly kind: Header['kind']; readonly first: Token },
): Header | undefined {
  const name = reader.expect('id', 'the name of a profile');
  if (name === undefined) return undefined;
  const attachment = reader.accept('id', 'set-variable');
  const xattrs = readGroup(reader, 'xattrs');
  if (xattrs === undefined || !readIdentities(reader)) return undefined;
  const flags = readFlags(reader);
  if (flags === undefined || reader.expect('{', '“{”') === undefined) return undefined;
  const label = readLabel(name.value);
  const problem = headerProblem({ label, attachment });
  if (problem !== undefined || label.kind === 'problem')
    return reader.fail(name, { code: 'profile-name', message: problem ?? 'the name of a profile is wrong' });
  const group = xattrs === 'none' || xattrs.conditions.length === 0 ? undefined : xattrs;
  return {
    ...start,
    name,
    label,
    flags,
    ...(attachment === undefined ? {} : { attachment }),
    ...(group === undefined ? {} : { xattrs: group }),
  };
}

function headerProblem({ label, attachment }: { label: Label; attachment: Token | undefined }): string | undefined {
  if (label.kind === 'problem') return label.message;
  if (label.isStacked) return 'a profile can’t be stacked onto another by its name';
  if (attachment !== undefined && !/^(?:\/|@\{)/.test(attachment.value))
    return 'what a profile is attached to must begin with “/” or a variable';
  return undefined;
}

/** `+ identities=(…)` of 5.0: read over, since only programs other than the kernel use them. */
function readIdentities(reader: Reader): boolean {
  while (reader.accept('+') !== undefined) {
    if (reader.expect('identities', '“identities=”') === undefined || reader.expect('=', '“=”') === undefined)
      return false;
    const values = readValues(reader);
    if (values === undefined) return false;
    const wrong = values.find(({ value }) => !value.startsWith('/') && value.includes(' '));
    if (wrong === undefined) continue;
    reader.fail(wrong, { code: 'identity', message: `an identity has no blanks: “${wrong.text}”` });
    return false;
  }
  return true;
}
