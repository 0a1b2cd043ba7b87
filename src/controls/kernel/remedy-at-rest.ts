import type { Change } from '../../core/change.ts';
import type { Remedy } from '../../core/finding.ts';

/**
 * What has to be done about a machine that doesn't run. Freehold changes no image: whatever builds it would write the same
 * fault again.
 */
export function remedyAtRest(remedy: Remedy): Remedy {
  if (remedy.kind !== 'changes') return remedy;
  const steps = remedy.changes.flatMap(describeStep);
  return { kind: 'manual', instruction: `Change how the image is built: ${steps.join('; then ')}.` };
}

/** Values of now are nobody's business in an image. */
function describeStep(change: Change): readonly string[] {
  switch (change.kind) {
    case 'lines': {
      const place = change.remove.length === 0 ? '' : `, in the place of ${quoted(change.remove)}`;
      return [`put ${quoted(change.add)} into ${change.path}${place}`];
    }
    case 'command':
      return [`run ${change.run.join(' ')}`];
    case 'sysctl':
      return [];
    default:
      throw new Error(`the kernel domain proposes no change of a ${change.kind}`);
  }
}

function quoted(lines: readonly string[]): string {
  return lines.map((line) => `\`${line}\``).join(' and ');
}
