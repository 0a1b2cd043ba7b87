import { decodePolicy, POLICY_BYTES_MAX } from '../apparmor/compiled/decode.ts';
import type { CompiledPolicy } from '../apparmor/compiled/profile.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Host } from '../host/host.ts';
import type { Features } from './features.ts';
import { readComplaints } from './complaints.ts';

export interface CompileWish {
  /** Of the profile's source, on the machine that compiles. */
  readonly path: string;
  readonly features: Features;
  /** Where `<abstractions/…>` lies; /etc/apparmor.d without it. */
  readonly base?: string;
  /** Further folders for includes. */
  readonly includes?: readonly string[];
}

export type Compiled =
  | {
      readonly kind: 'compiled';
      readonly policy: CompiledPolicy;
      readonly bytes: Uint8Array;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'not-compiled'; readonly diagnostics: readonly Diagnostic[] };

/** Profiles of browsers take ten seconds on slow machines. */
const TIMEOUT_MS = 120_000;
/** The second is where Debian and others have it, outside the PATH of users. */
const PARSERS = ['apparmor_parser', '/usr/sbin/apparmor_parser'] as const;

/** Has a policy compiled as it would be loaded, and loads nothing. */
export async function compile(host: Host, wish: CompileWish): Promise<Compiled> {
  for (const parser of PARSERS) {
    const result = await host.run([parser, ...argumentsOf(wish)], {
      timeoutMs: TIMEOUT_MS,
      limitBytes: POLICY_BYTES_MAX,
    });
    if (result.kind === 'not-run' && result.cause === 'missing') continue;
    if (result.kind !== 'exited') return failed('confinement/parser', `${parser}: ${result.message}`);
    const diagnostics = readComplaints(Buffer.from(result.stderr).toString(), wish.path);
    if (result.code !== 0) {
      const unsaid = `${parser} ended with exit code ${String(result.code)} and did not say why.`;
      const errors = diagnostics.filter(({ level }) => level === 'error');
      return errors.length === 0 ? failed('confinement/parser', unsaid) : { kind: 'not-compiled', diagnostics };
    }
    const policy = decodePolicy(result.stdout);
    if (policy.kind === 'malformed')
      return failed('confinement/compiled', `What ${parser} made of ${wish.path} can't be read: ${policy.reason}.`);
    return { kind: 'compiled', policy, bytes: result.stdout, diagnostics };
  }
  return failed(
    'confinement/no-parser',
    'There is no apparmor_parser on the machine that compiles.',
    'Install the package apparmor.',
  );
}

function argumentsOf({ path, features, base, includes = [] }: CompileWish): readonly string[] {
  return [
    '--skip-kernel-load',
    '--skip-cache',
    '--stdout',
    '--features-file',
    features.path,
    ...(base === undefined ? [] : ['--base', base]),
    ...includes.flatMap((folder) => ['--Include', folder]),
    '--',
    path,
  ];
}

function failed(code: string, message: string, hint?: string): Compiled {
  return {
    kind: 'not-compiled',
    diagnostics: [{ code, level: 'error', message, ...(hint !== undefined && { hint }) }],
  };
}
