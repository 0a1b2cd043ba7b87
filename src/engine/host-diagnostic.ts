import type { Diagnostic } from '../core/diagnostic.ts';
import type { HostError } from '../host/error.ts';

/** A machine that can't be reached, as the diagnostic that tells what to do. */
export function hostDiagnostic(address: string, error: HostError): Diagnostic {
  const message = error.code === 'address' ? error.message : `${address}: ${error.message}`;
  return { code: `host/${error.code}`, level: 'error', message, ...(error.hint !== undefined && { hint: error.hint }) };
}
