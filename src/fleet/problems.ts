import { hostDiagnostic } from '../engine/host-diagnostic.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FreeholdError } from '../core/error.ts';
import { HostError } from '../host/error.ts';

/** Why a machine could not be dealt with, for the report. A bug of ours is one too: it must not end the other machines' work. */
export function problemsOf(address: string, error: unknown): readonly Diagnostic[] {
  if (error instanceof HostError) return [hostDiagnostic(address, error)];
  if (error instanceof FreeholdError) return error.diagnostics;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const hint = 'This is a bug in Freehold: please report it with this text.';
  return [{ code: 'fleet/bug', level: 'error', message: `${address}: ${text}`, hint }];
}
