/** An accepted deviation: who answers for it, why, and until when. */
export interface Waiver {
  /** A finding id, or a glob over ids (`*` and `?`, not crossing `/`; `**` crosses). */
  readonly finding: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day it holds, in UTC: `2027-03-31`. */
  readonly expires: string;
  /** Where it is written, for findings about the waiver itself. */
  readonly where?: { readonly path: string; readonly line?: number };
}
