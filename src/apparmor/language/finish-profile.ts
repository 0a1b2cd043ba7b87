import type { Neighbours } from '../pattern/neighbours.ts';
import { isAtLeast } from './dialect.ts';
import type { DraftBase } from './draft-base.ts';
import type { Draft } from './draft.ts';
import type { Header } from './header.ts';
import type { IncludeFound } from './lexer/lexer.ts';
import type { Token } from './lexer/token.ts';
import type { ProfileDraft } from './profile-draft.ts';
import type { PolicyBudget } from './policy-budget.ts';
import type { Problems } from './problems.ts';
import { commentOf, placeOf, textOf } from './rule-text.ts';
import { type Alias, ProfileScope } from './scope.ts';
import type { Include, PatternText, Profile } from './syntax.ts';
import { Variables } from './variables.ts';

export interface FinishParts {
  readonly variables: Variables;
  readonly aliases: Neighbours<Alias>;
  readonly problems: Problems;
  readonly budget: PolicyBudget;
  /** Without rules. */
  readonly isOutline: boolean;
  /** Without those for files where there are others. */
  readonly isForFilesAlone: boolean;
}

/** Completes the rules of a profile and its children: variables, aliases, and what can be wrong only with all of them known. */
export function finishProfile(draft: ProfileDraft, parts: FinishParts, parent?: string): Profile {
  const { header } = draft;
  const naming = nameOf(header, parts, parent);
  const scope = new ProfileScope({ ...parts, profileName: naming.name, variables: variablesOf(draft, parts, naming) });
  const rules = draftsOf(draft, parts).flatMap((one) =>
    one.body.make(scope, { base: baseOf(one), prefix: one.prefix, token: one.first }),
  );
  scope.finish();
  const comment = commentOf(header.first, header.first);
  if (header.flags.length > 0) checkFlagPaths(header.flags, scope, parts.variables);
  return {
    kind: header.kind,
    name: naming.name,
    ...(naming.attachment === undefined ? {} : { attachment: naming.attachment }),
    flags: header.flags.map(({ value }) => value),
    xattrs: Object.fromEntries(
      (header.xattrs?.conditions ?? []).map(({ name, values }) => [name, values[0]?.text ?? '']),
    ),
    place: placeOf(header.first, draft.last),
    ...(comment === undefined ? {} : { comment }),
    rules,
    includes: draft.includes.map(includeOf),
    children: draft.body.children.map((child) => finishProfile(child, parts, naming.name)),
  };
}

/** Those that are completed: expanding and checking the patterns of files is most of the work. */
function draftsOf({ body }: ProfileDraft, { isOutline, isForFilesAlone }: FinishParts): readonly Draft[] {
  if (isOutline) return [];
  const others = isForFilesAlone ? body.drafts.filter((one) => !one.body.isEntry) : [];
  return others.some(({ prefix }) => prefix.effect !== 'deny') ? others : body.drafts;
}

interface Naming {
  readonly name: string;
  readonly attachment?: PatternText;
  /** The pattern as `@{attach_path}` has it. */
  readonly attached?: string;
}

function nameOf(header: Header, parts: FinishParts, parent: string | undefined): Naming {
  const scope = new ProfileScope({ ...parts, profileName: '' });
  const { label } = header;
  const nameToken: Token = { ...header.name, value: label.name };
  scope.pattern(nameToken, {});
  const expanded = parts.variables.alternation(label.name);
  const own = expanded.kind === 'expanded' ? expanded.value : label.name;
  const namespace = label.namespace === undefined ? '' : `:${label.namespace}://`;
  const name = parent === undefined ? namespace + own : `${parent}//${own}`;
  const attachedBy =
    header.attachment ??
    (own.startsWith('/') && header.kind === 'profile' ? { ...header.name, value: localName(label.name) } : undefined);
  if (attachedBy === undefined) return { name };
  return { name, attachment: scope.pattern(attachedBy, { isPath: true }), attached: scope.written(attachedBy) };
}

/** `parent//child` is attached to what `child` says. */
function localName(name: string): string {
  return name.slice(name.lastIndexOf('//') === -1 ? 0 : name.lastIndexOf('//') + 2);
}

/** `@{profile_name}`, and `@{attach_path}` and `@{exec_path}` of 5.0. */
function variablesOf(draft: ProfileDraft, parts: FinishParts, naming: Naming): Variables {
  const { dialect } = parts.variables;
  const own = new Variables(dialect, parts.variables);
  const { name } = draft.header;
  if (own.get('profile_name') !== undefined && !isAtLeast(dialect, '5.0'))
    parts.problems.error(
      { code: 'variable', message: 'the variable @{profile_name} is the parser’s own and can’t be set' },
      name.source.position(name.start),
    );
  own.set('profile_name', { kind: 'set', values: new Set([escapePattern(naming.name)]) });
  if (isAtLeast(dialect, '5.0') && naming.attached !== undefined) {
    own.set('attach_path', { kind: 'set', values: new Set([naming.attached]) });
    own.set('exec_path', { kind: 'set', values: new Set([naming.attached]) });
  }
  return own;
}

/** What would mean something in a pattern, with a backslash before it; what has one keeps it. */
function escapePattern(text: string): string {
  return text.replaceAll(/\\[\s\S]|[{}[\]*?]/g, (one) => (one.startsWith('\\') ? one : `\\${one}`));
}

function checkFlagPaths(flags: readonly Token[], scope: ProfileScope, variables: Variables): void {
  for (const flag of flags) {
    const match = /^attach_disconnected\.(?:path|ipc)=(.*)$/.exec(flag.value);
    if (match === null) continue;
    const path = variables.alternation(match[1] ?? '');
    if (path.kind === 'problem') scope.fail(flag, { code: 'variable', message: path.message });
    else if (!path.value.startsWith('/'))
      scope.fail(flag, {
        code: 'flag',
        message: 'the path that disconnected paths are attached to must begin with “/”',
      });
  }
}

function baseOf(draft: Draft): DraftBase {
  const { prefix, first, last } = draft;
  const comment = commentOf(first, last);
  return {
    place: placeOf(first, last),
    text: textOf(first, last),
    ...(comment === undefined ? {} : { comment }),
    isAudited: prefix.isAudited,
    effect: prefix.effect ?? 'allow',
    priority: prefix.priority,
  };
}

function includeOf({ source, start, end, written, isOptional, paths }: IncludeFound): Include {
  const position = source.position(start);
  return {
    place: { ...position, endLine: source.lineOf(end - 1), includedFrom: source.includedFrom },
    written,
    isOptional,
    paths,
  };
}
