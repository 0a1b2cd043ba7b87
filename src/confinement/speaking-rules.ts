import type { FileQuestion } from '../apparmor/access.ts';
import { parsePolicy } from '../apparmor/language/parse-policy.ts';
import type { Profile } from '../apparmor/language/syntax.ts';
import { rulesFor } from '../apparmor/rules-for.ts';
import type { ByteText } from '../core/byte-text.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Host } from '../host/host.ts';
import { dialectOf } from './dialect.ts';
import { loadPolicyTree } from '../controls/confinement/policy-sources/observe.ts';

/** A rule of a source, for who wants to know which one decides. */
export interface SpeakingRule {
  readonly text: string;
  readonly path: string;
  readonly line: number;
}

export type RuleFinder = (question: FileQuestion) => readonly SpeakingRule[];

export interface SourceProfile {
  /** The file that it was compiled from. */
  readonly path: string;
  readonly name: ByteText;
  readonly base?: string;
}

export interface FoundRules {
  readonly rulesOf: RuleFinder;
  /** Why no rule is named, where the source can't be read as its compiler did. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Which rules of a profile's source decide about files, one permission at a time. */
export async function findRules(host: Host, { path, name, base }: SourceProfile): Promise<FoundRules> {
  const options = { dialect: await dialectOf(host), ...(base !== undefined && { base }) };
  const { tree, unread } = await loadPolicyTree(host, [path], options);
  const { profiles, diagnostics } = parsePolicy(path, tree, options);
  const problems = [
    ...unread.map(({ message }): Diagnostic => ({ code: 'confinement/unread', level: 'warning', message })),
    ...diagnostics.filter(({ level }) => level === 'error'),
  ];
  const profile = problems.length === 0 ? withChildren(profiles).find((one) => one.name === name) : undefined;
  if (profile === undefined)
    return { rulesOf: () => [], diagnostics: problems.length > 0 ? problems : [notFound(path)] };
  return {
    rulesOf: (question) =>
      rulesFor(profile, { kind: 'file', ...question }, options.dialect).decides.flatMap(({ rules }) =>
        rules.map(({ text, place }) => ({ text, path: place.path, line: place.line })),
      ),
    diagnostics: [],
  };
}

function withChildren(profiles: readonly Profile[]): readonly Profile[] {
  return profiles.flatMap((profile) => [profile, ...withChildren(profile.children)]);
}

function notFound(path: string): Diagnostic {
  return {
    code: 'confinement/no-rules',
    level: 'warning',
    message: `No rules are named: ${path} holds no such profile.`,
  };
}
