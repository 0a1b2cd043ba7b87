/** What a policy says to a question: of what it does not cover it is not known, and why. */
export type Answer =
  | {
      readonly kind: 'answer';
      readonly isAllowed: boolean;
      /** What happens is logged although it is allowed, or at least a part of it. */
      readonly isAudited: boolean;
      /** The denial is not logged. */
      readonly isQuiet: boolean;
      /** Of what was asked for. */
      readonly allowed: readonly string[];
      readonly denied: readonly string[];
      /** Why, where no rule is the reason: the class is not mediated, the profile is unconfined. */
      readonly note?: string;
    }
  | Unknown;

export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** What is given of one object: sets of bits. */
export interface GivenBits {
  readonly allow: number;
  readonly audit: number;
  readonly quiet: number;
}

/** The answer about named bits. */
export function answerBits(
  given: GivenBits,
  asked: readonly string[],
  { names, isAuditedWhole }: { readonly names: Readonly<Record<string, number>>; readonly isAuditedWhole: boolean },
): Answer {
  const unknown = asked.find((one) => names[one] === undefined);
  if (unknown !== undefined)
    return {
      kind: 'unknown',
      reason: `"${unknown}" is no permission of this class (${Object.keys(names).join(', ')})`,
    };
  const has = (bits: number) => (one: string) => (bits & (names[one] ?? 0)) === (names[one] ?? 0);
  const allowed = asked.filter(has(given.allow));
  const denied = asked.filter((one) => !has(given.allow)(one));
  return {
    kind: 'answer',
    isAllowed: denied.length === 0,
    isAudited: allowed.length > 0 && (isAuditedWhole || allowed.some((one) => (given.audit & (names[one] ?? 0)) !== 0)),
    // AUDIT_ALL logs what rules would keep quiet (aa_audit_file() of file.c).
    isQuiet: denied.length > 0 && !isAuditedWhole && denied.every(has(given.quiet)),
    allowed,
    denied,
  };
}

export function allowedAll(asked: readonly string[], note: string): Answer {
  return { kind: 'answer', isAllowed: true, isAudited: false, isQuiet: false, allowed: asked, denied: [], note };
}

export const UNCONFINED_NOTE = 'the profile is unconfined: the kernel asks it nothing';
