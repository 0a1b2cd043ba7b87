import process from 'node:process';
import type { Grant, ProfileGrant } from '../apparmor/compiled/compare/beyond.ts';
import { grantedBeyond } from '../apparmor/compiled/compare/policies.ts';
import { shown } from '../core/byte-text.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { type CompileOptions, needPolicy, policyWish } from './confine-policy.ts';
import { stringifySorted } from '../report/json.ts';
import { targetOf, withHost } from './session.ts';

export interface ConfineDiffOptions extends CompileOptions {
  readonly baseB?: string;
}

const DIFF_FORMAT = 'freehold.confine-diff/1';

/** `freehold confine diff` */
export async function confineDiffCommand(a: string, b: string, options: ConfineDiffOptions): Promise<ExitCode> {
  return withHost(targetOf(options.host, options), async (host) => {
    const first = await needPolicy(host, policyWish(a, options));
    const baseB = options.baseB ?? options.base;
    const { base: _, ...rest } = options;
    const second = await needPolicy(host, policyWish(b, { ...rest, ...(baseB !== undefined && { base: baseB }) }));
    const grants = grantedBeyond(first.policy, second.policy);
    if (options.format === 'json') {
      const report = {
        format: DIFF_FORMAT,
        a: { path: a, how: first.shown },
        b: { path: b, how: second.shown },
        grants: grants.map(({ profile, grant }) => ({ profile: shown(profile), grant: shownGrant(grant) })),
      };
      process.stdout.write(stringifySorted(report));
    } else process.stdout.write(rendered(grants, { a, b, how: [first.shown, second.shown] }));
    return exitCodeOf(grants);
  });
}

function exitCodeOf(grants: readonly ProfileGrant[]): ExitCode {
  if (grants.some(({ grant }) => grant.kind !== 'unknown')) return EXIT.findings;
  return grants.length === 0 ? EXIT.clean : EXIT.unreachable;
}

interface Sides {
  readonly a: string;
  readonly b: string;
  readonly how: readonly string[];
}

function rendered(grants: readonly ProfileGrant[], { a, b, how }: Sides): string {
  const head = `A: ${a} (${how[0] ?? ''})\nB: ${b} (${how[1] ?? ''})\n`;
  if (grants.length === 0) return `${head}A grants nothing beyond B.\n`;
  const lines = grants.map(({ profile, grant }) => `  ${shown(profile)}: ${sentence(grant)}`);
  return `${head}A grants beyond B, each with a shortest example:\n${lines.join('\n')}\n`;
}

function sentence(grant: Grant): string {
  switch (grant.kind) {
    case 'file':
      return `${grant.permission} ${whose(grant.of)}: ${shown(grant.path)}`;
    case 'transition':
      return `execution ${whose(grant.of)} goes on otherwise: ${shown(grant.path)} (A: ${shown(grant.a)}, B: ${shown(grant.b)})`;
    case 'link':
      return `a hard link ${whose(grant.of)}: ${shown(grant.path)} -> ${shown(grant.target)}`;
    case 'change-profile': {
      const on = grant.exec === undefined ? '' : ` when ${shown(grant.exec)} is executed`;
      return `change of profile to ${shown(grant.target)}${on}${grant.isUnsafe === true ? ', with the environment kept' : ''}`;
    }
    case 'capability':
      return `capability ${grant.capability}`;
    case 'network':
      return `network ${grant.family} ${grant.types.join(', ')}`;
    case 'class':
      return `${grant.class} ${grant.permission}${grant.meaning === '' ? '' : `: ${shown(grant.meaning)}`}`;
    case 'unmediated':
      return `all of ${grant.class}: A was compiled without its rules`;
    case 'mode':
      return `A is in ${grant.a} mode, B in ${grant.b} mode`;
    case 'flag':
      return `the flag ${grant.flag} is set in ${grant.isSetIn === 'a' ? 'A' : 'B'} alone`;
    case 'rlimit':
      return `rlimit ${grant.resource}: A ${grant.a ?? 'none'}, B ${grant.b}`;
    case 'unattached':
      return `it confines ${shown(grant.path)} in B, and not in A`;
    case 'missing-profile':
      return 'A has no such profile';
    case 'unknown':
      return `not known of ${grant.what}: ${grant.reason}`;
  }
}

/** Data is UTF-8, and what machines call things are bytes: in words as the terminal has them. */
function shownGrant(grant: Grant): unknown {
  return Object.fromEntries(
    Object.entries(grant).map(([key, value]) => [key, typeof value === 'string' ? shown(value) : value]),
  );
}

function whose(of: 'owner' | 'other'): string {
  return of === 'owner' ? 'as owner' : "of others' files";
}
