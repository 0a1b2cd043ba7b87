import { FreeholdError } from '../core/error.ts';
import { type LoadedPolicy, loadPolicy, type PolicyWish } from '../confinement/load-policy.ts';
import type { Host } from '../host/host.ts';
import type { OneHostOptions } from './session.ts';
import { printDiagnostics } from './diagnostics.ts';

export interface CompileOptions extends OneHostOptions {
  readonly features?: string;
  readonly base?: string;
  readonly format: 'terminal' | 'json';
}

export type Loaded = Extract<LoadedPolicy, { kind: 'loaded' }>;

/** Loads a policy that must be there; warnings of the compiler are shown, errors end the command. */
export async function needPolicy(host: Host, wish: PolicyWish): Promise<Loaded> {
  const loaded = await loadPolicy(host, wish);
  if (loaded.kind === 'not-loaded') throw new FreeholdError('usage', loaded.diagnostics);
  printDiagnostics(loaded.diagnostics);
  return loaded;
}

export function policyWish(path: string, { features, base }: CompileOptions): PolicyWish {
  return { path, ...(features !== undefined && { features }), ...(base !== undefined && { base }) };
}
