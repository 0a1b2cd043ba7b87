import { shown } from '../../core/byte-text.ts';
import type { Learned } from './result.ts';
import { permissionsOf } from './permissions.ts';

/** What was learned, for machines; names are as {@link shown} writes them. */
export function reportJson(learned: Learned): unknown {
  return {
    format: 'freehold.confine-learn/1',
    profile: shown(learned.label),
    events: learned.events,
    otherEvents: learned.otherEvents,
    runs: learned.runs,
    ruleCount: learned.ruleCount,
    notes: learned.notes,
    blocks: learned.blocks.map(({ label, newFor, rules }) => ({
      profile: shown(label),
      ...(newFor !== undefined && { newFor: shown(newFor) }),
      rules: rules.map(({ group, text, evidence, widening, file, reason }) => ({
        group,
        text: shown(text),
        evidence,
        widening,
        ...(file !== undefined && {
          file: { pattern: shown(file.pattern), permissions: permissionsOf(file.bits), isOwner: file.isOwner },
        }),
        ...(reason !== undefined && { reason }),
      })),
    })),
    decisions: learned.decisions.map((one) => ({ ...one, label: shown(one.label) })),
    uncovered: learned.uncovered.map((one) => ({ ...one, label: shown(one.label) })),
    refused: learned.refused.map((one) => ({ ...one, pattern: shown(one.pattern) })),
    sensitive: learned.sensitive.map(({ rule, example, ...one }) => ({
      ...one,
      rule: shown(rule),
      ...(example !== undefined && { example: shown(example) }),
    })),
    heldOut: learned.heldOut,
    unused:
      learned.unused.kind === 'unknown'
        ? learned.unused
        : {
            kind: 'known',
            rules: learned.unused.rules.map(({ place, text }) => ({ line: place.line, text: shown(text) })),
          },
  };
}
