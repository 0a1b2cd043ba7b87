import { dirname } from 'node:path';
import { FreeholdError } from '../core/error.ts';
import { type TrustPolicy, trustPolicy } from '../signatures/trust.ts';
import { printDiagnostics } from './diagnostics.ts';
import { pinsOf } from './pins.ts';
import type { Trusted } from './trust-of-blueprint.ts';

export interface TrustOptions {
  readonly blueprint?: string;
  readonly trust?: string;
  readonly pin?: readonly string[];
}

const WORDS = {
  noun: 'trust policy',
  whenEmpty: 'Pin somebody: `minisign: [{ key: RW… }]`, or see docs/verify.md.',
  whenNoMap: 'Start with a scheme: `openpgp:`, `minisign:`, `signify:`, `ssh:` or `sigstore:`.',
};

/** What was said on the command line counts alone; otherwise the blueprint's section does. Throws `usage` with all mistakes. */
export async function requireTrust({ blueprint, trust, pin = [] }: TrustOptions): Promise<Trusted> {
  const pins = pinsOf(pin);
  if (trust === undefined && pin.length > 0) return { policy: pins, folder: '.' };
  // Both bring much with them that is needed for nothing else.
  if (trust === undefined) return (await import('./trust-of-blueprint.ts')).trustOfBlueprint(blueprint);
  const { policy, folder } = await trustOfFile(trust);
  return { folder, policy: merged(policy, pins) };
}

async function trustOfFile(path: string): Promise<Trusted> {
  const { loadPart } = await import('../blueprint/part-file.ts');
  const loaded = await loadPart(path, { schema: trustPolicy, prefix: 'trust', words: WORDS });
  if (loaded.kind === 'invalid') throw new FreeholdError('usage', loaded.diagnostics);
  printDiagnostics(loaded.warnings);
  return { policy: loaded.part, folder: dirname(path) };
}

function merged(policy: TrustPolicy, pins: TrustPolicy): TrustPolicy {
  return {
    ...policy,
    openpgp: [...policy.openpgp, ...pins.openpgp],
    minisign: [...policy.minisign, ...pins.minisign],
    signify: [...policy.signify, ...pins.signify],
    ssh: [...policy.ssh, ...pins.ssh],
    attestations: [...policy.attestations, ...pins.attestations],
  };
}
