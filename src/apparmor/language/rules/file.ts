import type { FilePermission } from '../../access.ts';
import { isAtLeast } from '../dialect.ts';
import type { Draft, DraftBody, Prefix } from '../draft.ts';
import type { Token } from '../lexer/token.ts';
import type { Reader } from '../reader.ts';
import type { ProfileScope } from '../scope.ts';
import type { FileRule, LinkRule, PatternText, Rule } from '../syntax.ts';
import { hasNamespace } from '../label.ts';
import { type ExecType, readFileMode, transitionOf } from './file-mode.ts';

interface FileParts {
  readonly path: Token;
  readonly permissions: readonly FilePermission[];
  readonly exec?: ExecType;
  /** What `->` names: a profile to go on in, or what a link may point to. */
  readonly target?: Token;
  readonly isLinkTarget: boolean;
  readonly isSubset: boolean;
}

/** `file,` · `file …` · `safe …` · a path or a mode at the start. */
export function readFileRule(reader: Reader): DraftBody | undefined {
  const keyword = reader.acceptKeyword('file');
  if (keyword !== undefined && reader.accept(',') !== undefined) return everyFile;
  const safety = reader.acceptKeyword('safe', 'unsafe');
  const parts = reader.peek().kind === 'mode' ? readModeFirst(reader) : readPathFirst(reader);
  if (parts === undefined) return undefined;
  if (safety === undefined) return fileDraft(parts);
  if (parts.exec === undefined)
    return reader.fail(safety, { code: 'exec-mode', message: `“${safety.value}” needs a rule that allows to execute` });
  return fileDraft({ ...parts, exec: { ...parts.exec, isUnsafe: safety.value === 'unsafe' } });
}

/** `link subset? path -> path,` */
export function readLinkRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const isSubset = (reader.acceptKeyword('subset') ?? reader.accept('<=')) !== undefined;
  const path = readPath(reader);
  if (path === undefined || reader.expect('->', '“->” and what the link may point to') === undefined) return undefined;
  const target = readPath(reader);
  if (target === undefined || reader.expect(',', 'a comma') === undefined) return undefined;
  return fileDraft({ path, target, permissions: ['l'], isSubset, isLinkTarget: true });
}

function readPath(reader: Reader): Token | undefined {
  return reader.accept('id', 'set-variable') ?? reader.unexpected('a path');
}

function readTarget(reader: Reader): Token | 'none' | undefined {
  if (reader.accept('->') === undefined) return 'none';
  return reader.accept('id', 'set-variable') ?? reader.unexpected('the name of a profile or a path');
}

function readMode(reader: Reader): { permissions: readonly FilePermission[]; exec?: ExecType } | undefined {
  const token = reader.expect(
    'mode',
    'the permissions of a file (of r w a l k m ix px cx ux, a blank or comma behind)',
  );
  if (token === undefined) return undefined;
  const mode = readFileMode(token.text);
  return mode.kind === 'mode'
    ? mode
    : reader.fail(token, { code: 'file-mode', message: `“${token.text}”: ${mode.message}` });
}

function readPathFirst(reader: Reader): FileParts | undefined {
  const path = readPath(reader);
  if (path === undefined) return undefined;
  const mode = readMode(reader);
  if (mode === undefined) return undefined;
  const target = readTarget(reader);
  if (target === undefined || reader.expect(',', 'a comma at the end of the rule') === undefined) return undefined;
  const { permissions, exec } = mode;
  // Before 5.0 what `->` names is no target of a link where the path comes first.
  const isLinkTarget = permissions.includes('l') && exec === undefined && isAtLeast(reader.dialect, '5.0');
  return { path, permissions, ...withExec(exec), ...withTarget(target), isLinkTarget, isSubset: false };
}

function readModeFirst(reader: Reader): FileParts | undefined {
  const first = reader.peek();
  const mode = readMode(reader);
  if (mode === undefined) return undefined;
  const isSubset = (reader.acceptKeyword('subset') ?? reader.accept('<=')) !== undefined;
  const path = readPath(reader);
  if (path === undefined) return undefined;
  const target = readTarget(reader);
  if (target === undefined || reader.expect(',', 'a comma at the end of the rule') === undefined) return undefined;
  const { permissions, exec } = mode;
  const isLink = permissions.includes('l');
  if (isSubset && permissions.some((one) => one !== 'l'))
    return reader.fail(first, { code: 'link', message: '“subset” is for rules of links alone' });
  if (target !== 'none' && isLink && exec !== undefined)
    return reader.fail(first, { code: 'link', message: '“->” is ambiguous in a rule with “l” and “x”' });
  if (target !== 'none' && isLink && hasNamespace(target.value))
    return reader.fail(target, { code: 'link', message: 'a link can’t point into a namespace of profiles' });
  return { path, permissions, ...withExec(exec), ...withTarget(target), isLinkTarget: isLink, isSubset };
}

function withExec(exec: ExecType | undefined): { exec?: ExecType } {
  return exec === undefined ? {} : { exec };
}

function withTarget(target: Token | 'none'): { target?: Token } {
  return target === 'none' ? {} : { target };
}

const everyFile: DraftBody = {
  name: 'file',
  isEntry: true,
  exec: { hasType: true, isNamed: false },
  make: (scope, { base, prefix, token }) => {
    const exec = { to: 'inherit', isUnsafe: false } as const;
    scope.addExec({ pattern: '/{**,}', key: 'inherit ', base, owner: prefix.owner, token });
    return [{ ...base, kind: 'file', owner: prefix.owner ?? 'any', permissions: ['r', 'w', 'l', 'k', 'm', 'x'], exec }];
  },
};

function fileDraft(parts: FileParts): DraftBody {
  const { exec } = parts;
  return {
    name: 'file',
    isEntry: true,
    ...(exec === undefined
      ? {}
      : {
          exec: {
            hasType: exec.to !== undefined || exec.isUnsafe,
            isNamed: parts.target !== undefined && !parts.isLinkTarget,
          },
        }),
    make: (scope, draft) => makeFileRules(scope, parts, draft),
  };
}

type Making = Parameters<DraftBody['make']>[1];

function makeFileRules(scope: ProfileScope, parts: FileParts, making: Making): readonly Rule[] {
  const { base, prefix } = making;
  const path = scope.pattern(parts.path, { isPath: true });
  const owner = prefix.owner ?? 'any';
  const rules: Rule[] = [];
  const isLink = parts.permissions.includes('l') && (parts.isLinkTarget ? parts.target !== undefined : parts.isSubset);
  const permissions = isLink || parts.isSubset ? parts.permissions.filter((one) => one !== 'l') : parts.permissions;
  if (permissions.length > 0) rules.push(makeFileRule(scope, { ...parts, permissions, pattern: path }, making));
  if (isLink || parts.isSubset) {
    const target = parts.target === undefined ? undefined : scope.pattern(parts.target, { isPath: true });
    const link: LinkRule = {
      ...base,
      kind: 'link',
      isSubset: parts.isSubset,
      owner,
      path,
      ...(target === undefined ? {} : { target }),
    };
    rules.push(link);
  }
  return rules;
}

function makeFileRule(
  scope: ProfileScope,
  parts: FileParts & { readonly pattern: PatternText },
  { base, prefix, token }: Making,
): FileRule {
  const target = parts.isLinkTarget ? undefined : parts.target?.value;
  const exec = parts.exec === undefined ? undefined : transitionOf(parts.exec, target);
  if (target !== undefined) scope.addTransition(target, parts, token);
  if (parts.exec !== undefined)
    scope.addExec({
      pattern: scope.written(parts.path),
      key: scope.execKey(parts.exec, target),
      base,
      owner: prefix.owner,
      token,
    });
  return {
    ...base,
    kind: 'file',
    path: parts.pattern,
    owner: prefix.owner ?? 'any',
    permissions: parts.permissions,
    ...(exec === undefined ? {} : { exec }),
  };
}

/** What is wrong with execution in a rule, its prefix known. */
export function execProblem(reader: Reader, draft: Draft, prefix: Prefix): string | undefined {
  const { exec } = draft.body;
  if (exec === undefined) return undefined;
  if (prefix.effect === 'deny')
    return exec.hasType ? 'a denied “x” stands alone, without the letters that say how it would go on' : undefined;
  if (exec.hasType) return undefined;
  if (exec.isNamed && !isAtLeast(reader.dialect, '4.0')) return undefined;
  return '“x” needs a letter before it that says how the program goes on: ix, px, cx or ux';
}
