import { toText } from '../../core/byte-text.ts';

export interface LintWaiver {
  readonly id: string;
  /** Empty where none is given. */
  readonly reason: string;
}

const MAX_COMMENT_LENGTH = 10_000;
const WAIVER = /^[\s#]*freehold:\s*allow\s+(?:(?:confinement\/)?lint\/)?([a-z][a-z0-9-]*)(.*)$/;
const SEPARATORS = /^[\s\u2013\u2014:,-]+/;

/** `# freehold: allow lint/ID – reason`, any number of them in the comments of a rule. */
export function waiversOf(comment: string | undefined): readonly LintWaiver[] {
  if (comment === undefined || comment.length > MAX_COMMENT_LENGTH) return [];
  return (toText(comment) ?? comment).split('\n').flatMap((line) => {
    const [, id, rest] = WAIVER.exec(line) ?? [];
    if (id === undefined || rest === undefined) return [];
    return [{ id, reason: rest.replace(SEPARATORS, '').trim() }];
  });
}
