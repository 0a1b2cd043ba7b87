import type { Explanation } from '../../core/control.ts';
import {
  bootKnowledge,
  bootNames,
  moduleKnowledge,
  moduleNames,
  sysctlKeys,
  sysctlKnowledge,
} from './catalogue/index.ts';
import type { Knowledge } from './catalogue/knowledge.ts';
import { sysctlKey, sysctlPath } from './sysctl/key.ts';

const PREFIXES = { sysctl: 'kernel/sysctl/', boot: 'kernel/boot/', module: 'kernel/module/' } as const;

/** Teaches a finding id (`kernel/sysctl/kernel.sysrq`) or a bare key, parameter or module. */
export function explainKernel(topic: string): Explanation | undefined {
  const boot = under(PREFIXES.boot, topic)?.replace(/:forbidden$/, '');
  if (boot !== undefined) return explanation(topic, bootKnowledge(boot));
  const module = under(PREFIXES.module, topic);
  if (module !== undefined) return explanation(topic, moduleKnowledge(module));
  const key = sysctlKey(sysctlPath(under(PREFIXES.sysctl, topic) ?? topic));
  return (
    explanation(topic, sysctlKnowledge(key)) ??
    explanation(topic, bootKnowledge(topic)) ??
    explanation(topic, moduleKnowledge(topic))
  );
}

/** Every finding id that can be explained, sorted. */
export function kernelTopics(): readonly string[] {
  return [
    ...bootNames().map((name) => PREFIXES.boot + name),
    ...moduleNames().map((name) => PREFIXES.module + name),
    ...sysctlKeys().map((key) => PREFIXES.sysctl + key),
  ].sort();
}

function under(prefix: string, topic: string): string | undefined {
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
}

function explanation(topic: string, knowledge: Knowledge | undefined): Explanation | undefined {
  if (knowledge === undefined) return undefined;
  const { title, what, why, mayBreak, checkByHand, disagreement, references } = knowledge;
  return {
    topic,
    title,
    what,
    why,
    ...(mayBreak !== undefined && { mayBreak }),
    checkByHand,
    ...(disagreement !== undefined && { disagreement }),
    references,
  };
}
