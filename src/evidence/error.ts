import { FreeholdError, type FreeholdErrorCode } from '../core/error.ts';

interface Details {
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Why evidence can't be recorded or read: ends a command as a machine that failed does. */
export function evidenceError(code: string, message: string, details: Details = {}): FreeholdError {
  return errorOf('unreachable', { code, message, ...details });
}

/** The same for what was typed. */
export function evidenceUsage(code: string, message: string, details: Details = {}): FreeholdError {
  return errorOf('usage', { code, message, ...details });
}

function errorOf(
  kind: FreeholdErrorCode,
  { code, message, hint, cause }: Details & { readonly code: string; readonly message: string },
): FreeholdError {
  const diagnostic = {
    code: `evidence/${code}`,
    level: 'error',
    message,
    ...(hint !== undefined && { hint }),
  } as const;
  return new FreeholdError(kind, [diagnostic], { cause });
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
