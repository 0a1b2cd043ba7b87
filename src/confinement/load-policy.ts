import { decodePolicy, POLICY_BYTES_MAX } from '../apparmor/compiled/decode.ts';
import type { CompiledPolicy } from '../apparmor/compiled/profile.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Host } from '../host/host.ts';
import { compile } from './compile.ts';
import { chooseFeatures } from './features.ts';

export interface PolicyWish {
  readonly path: string;
  /** A features file to compile with. */
  readonly features?: string;
  readonly base?: string;
}

export type LoadedPolicy =
  | {
      readonly kind: 'loaded';
      readonly policy: CompiledPolicy;
      /** Whether it was no source but what a parser had made of one. */
      readonly isCompiledAlready: boolean;
      /** How it came to be compiled: one sentence for people. */
      readonly shown: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'not-loaded'; readonly isMissing: boolean; readonly diagnostics: readonly Diagnostic[] };

/** `version` with its tag, which all that parsers write begins with. */
const COMPILED = Buffer.from('\u0004\u0008\0version\0', 'latin1');

/** A policy of a machine: a file that is compiled already, or a source that is compiled there. */
export async function loadPolicy(host: Host, { path, features: named, base }: PolicyWish): Promise<LoadedPolicy> {
  const file = await host.read(path, { limitBytes: POLICY_BYTES_MAX });
  if (file.kind === 'missing') return notLoaded(`There is no file ${path}.`, true);
  if (file.kind === 'unreadable') return notLoaded(file.message, false);
  if (isCompiled(file.bytes)) {
    const policy = decodePolicy(file.bytes);
    return policy.kind === 'policy'
      ? { kind: 'loaded', policy, isCompiledAlready: true, shown: 'compiled already', diagnostics: [] }
      : notLoaded(`${path} is no policy that the kernel would take: ${policy.reason}.`, false);
  }
  const features = await chooseFeatures(host, named);
  if (features.kind === 'none')
    return notLoaded(`${path} can't be compiled: ${features.reason}. Name a file with --features.`, false);
  const compiled = await compile(host, { path, features: features.features, ...(base !== undefined && { base }) });
  if (compiled.kind === 'not-compiled')
    return { kind: 'not-loaded', isMissing: false, diagnostics: compiled.diagnostics };
  const { policy, diagnostics } = compiled;
  const shown = `compiled with ${features.features.shown}`;
  return { kind: 'loaded', policy, isCompiledAlready: false, shown, diagnostics };
}

export function isCompiled(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, COMPILED.length)).equals(COMPILED);
}

function notLoaded(message: string, isMissing: boolean): LoadedPolicy {
  return { kind: 'not-loaded', isMissing, diagnostics: [{ code: 'confinement/policy', level: 'error', message }] };
}
