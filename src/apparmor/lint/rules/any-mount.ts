import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const anyMount: LintRule = {
  id: 'any-mount',
  title: 'Anything may be mounted',
  severity: 'critical',
  why: 'All rules about files go by path: what may mount anything anywhere gives every file the path that it likes.',
  safer: 'Name the kind of file system, its source and its place: `mount fstype=tmpfs -> /run/name/,`.',
  references: [manual('Mount Rules')],
  check: (context) =>
    allowRules(context, 'mount', 'remount', 'umount')
      .filter(({ source, mountPoint }) => source === undefined && mountPoint === undefined)
      .map((rule) =>
        reportOn(
          rule,
          `allows to ${rule.kind} without naming a place`,
          rule.kind === 'umount' ? { severity: 'high' } : {},
        ),
      ),
};
