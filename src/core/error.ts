import type { Diagnostic } from './diagnostic.ts';

/** What the process says at its end, everywhere. */
export const EXIT = {
  clean: 0,
  findings: 1,
  usage: 2,
  unreachable: 3,
  /** Of `verify`, whose findings are files that were tampered with. */
  untrusted: 4,
  unverifiable: 5,
  bug: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type FreeholdErrorCode = 'usage' | 'unreachable' | 'refused';

/** Ends a command with an exit code and the diagnostics that explain it; `refused` is a machine we must not touch. */
export class FreeholdError extends Error {
  override readonly name = 'FreeholdError';
  readonly code: FreeholdErrorCode;
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: FreeholdErrorCode, diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join('\n'), options);
    this.code = code;
    this.diagnostics = diagnostics;
  }

  get exitCode(): ExitCode {
    return this.code === 'usage' ? EXIT.usage : EXIT.unreachable;
  }
}
