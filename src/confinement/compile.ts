import { decodePolicy, POLICY_BYTES_MAX } from '../apparmor/compiled/decode.ts';
import type { CompiledPolicy } from '../apparmor/compiled/profile.ts';
import { COMPILE, runParser } from '../controls/confinement/parser/observe.ts';
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

/** Has a policy compiled as it would be loaded, and loads nothing. */
export async function compile(host: Host, wish: CompileWish): Promise<Compiled> {
  const { parser, result } = await runParser(host, argumentsOf(wish), { limitBytes: POLICY_BYTES_MAX });
  if (result.kind === 'not-run' && result.cause === 'missing')
    return failed(
      'confinement/no-parser',
      'There is no apparmor_parser on the machine that compiles.',
      'Install the package apparmor.',
    );
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

function argumentsOf({ path, features, base, includes = [] }: CompileWish): readonly string[] {
  return [
    ...COMPILE,
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
