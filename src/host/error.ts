/**
 * `address`: not an address that can be opened; `unreachable`: no connection, or it broke; `refused`: the other side (or
 * ssh, for an unknown host key) said no; `requirement`: something is missing there that reading it needs; `hostile`: it
 * answered what no honest machine answers.
 */
export type HostErrorCode = 'address' | 'unreachable' | 'refused' | 'requirement' | 'hostile';

/** A host that can't be opened or can't be spoken to any more; an answer about one path is never this. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;
  /** What a person can do about it, one sentence. */
  readonly hint: string | undefined;

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions & { readonly hint?: string }) {
    super(message, options);
    this.code = code;
    this.hint = options?.hint;
  }
}
