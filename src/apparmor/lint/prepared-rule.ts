import type { FilePermission } from '../access.ts';
import type { FileLikeRule } from '../granted.ts';
import type { Pattern } from '../pattern/pattern.ts';

/** A rule about files with what it means. */
export interface PreparedRule {
  readonly rule: FileLikeRule;
  readonly permissions: ReadonlySet<FilePermission>;
  readonly pattern: Pattern;
}
