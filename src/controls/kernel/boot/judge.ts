import { describeLocation } from '../../../core/describe.ts';
import type { Finding, Location, Outcome, Remedy } from '../../../core/finding.ts';
import type { Severity } from '../../../core/severity.ts';
import type { BootParameter } from '../boot-parameters.ts';
import type { Knowledge } from '../catalogue/knowledge.ts';
import { isOlderThan } from '../kernel-release.ts';
import type { KernelPolicy } from '../policy.ts';
import { nextCommandLine, type NextCommandLine, parametersNow } from './next-command-line.ts';
import { remedyAtRest } from '../remedy-at-rest.ts';
import { bootRemedy } from './remedy.ts';
import type { BootState } from './state.ts';
import { isMet, occurrences, wishedParameters, type WishedParameter } from './wish.ts';

export interface BootContext {
  readonly knowledgeOf: (parameter: string) => Knowledge | undefined;
  /** Why the kernel can't have what needs this option, or `undefined`. */
  readonly lacksOption: (option: string) => string | undefined;
  /** `uname -r` there. */
  readonly kernelRelease: string;
}

const DEFAULT_SEVERITY: Severity = 'medium';

/** Compares every required and forbidden parameter with this boot and the next. */
export function judgeBoot(state: BootState, policy: KernelPolicy, context: BootContext): readonly Finding[] {
  const now = parametersNow(state);
  const next = nextCommandLine(state);
  return wishedParameters(policy).map((wished) => judgeParameter({ wished, state, now, next, policy, context }));
}

interface Subject {
  readonly wished: WishedParameter;
  readonly state: BootState;
  /** `undefined` where the command line of this boot can't be read. */
  readonly now: readonly BootParameter[] | undefined;
  readonly next: NextCommandLine;
  readonly policy: KernelPolicy;
  readonly context: BootContext;
}

interface Verdict {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly reason?: string;
  readonly remedy?: Remedy;
}

function judgeParameter(subject: Subject): Finding {
  const { wished, now, next, policy, context } = subject;
  const { name, kind, wish } = wished;
  const knowledge = context.knowledgeOf(name);
  const verdict = judge(subject, knowledge);
  const where: Location | undefined = next.kind === 'known' ? { path: next.path, line: next.line } : undefined;
  // A parameter may be both required with one value and forbidden with another.
  const isBoth =
    kind === 'forbidden' && policy.boot.required[name] !== undefined && policy.boot.required[name] !== null;
  return {
    id: `kernel/boot/${name}${isBoth ? ':forbidden' : ''}`,
    outcome: verdict.outcome,
    severity: wish.severity ?? knowledge?.severity ?? DEFAULT_SEVERITY,
    title: `${knowledge?.title ?? 'Boot parameter'} (${show(wished)})`,
    summary: verdict.summary,
    why: wish.why ?? knowledge?.why ?? 'The blueprint asks for it.',
    ...(knowledge?.mayBreak !== undefined && { mayBreak: knowledge.mayBreak }),
    expected: `${show(wished)} ${kind}`,
    observed: {
      now: now === undefined ? null : showFound(name, now),
      nextBoot: next.kind === 'known' ? showFound(name, next.parameters) : null,
      nextBootSource: where === undefined ? null : describeLocation(where),
    },
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    ...(where !== undefined && { where }),
    references: knowledge?.references ?? [],
    ...(verdict.remedy !== undefined && { remedy: verdict.remedy }),
  };
}

function judge(subject: Subject, knowledge: Knowledge | undefined): Verdict {
  const { wished, state, now, next, policy, context } = subject;
  if (state.container !== null) {
    const what = isAtRest(state) ? 'the image of a container' : 'a container';
    return without('not-applicable', `this is ${what} (${state.container}): it boots no kernel of its own`);
  }
  const option = knowledge?.requiresConfig;
  const lacking = option === undefined ? undefined : context.lacksOption(option);
  if (lacking !== undefined) return without('not-applicable', `${lacking}, so ${wished.name} means nothing to it`);
  const { sinceLinux } = knowledge ?? {};
  if (sinceLinux !== undefined && isOlderThan(context.kernelRelease, sinceLinux)) {
    const reason = `${wished.name} came with Linux ${sinceLinux}, so it means nothing to ${context.kernelRelease}`;
    return without('not-applicable', reason);
  }
  if (isAtRest(state)) return judgeAtRest(subject);
  if (now === undefined) return without('unknown', whyNoCommandLine(state));
  const isNowRight = isMet(wished, now);
  const summary = `${describeNow(wished, now)} now; ${describeNext(wished, next)}`;
  if (next.kind === 'unknown') {
    const instruction = `${kindInWords(wished)} the boot configuration of this machine, and reboot (${next.reason}).`;
    if (!isNowRight) return { outcome: 'fail', summary, remedy: { kind: 'manual', instruction } };
    return { outcome: 'unknown', summary, reason: next.reason };
  }
  const isNextRight = isMet(wished, next.parameters);
  if (isNowRight && isNextRight) return { outcome: 'pass', summary };
  const remedy: Remedy = isNextRight
    ? { kind: 'reboot' }
    : bootRemedy({ wished, next, policy, defaults: state.grub.defaults, isRunning: true });
  return { outcome: 'fail', summary, remedy };
}

/** A machine that doesn't run has no boot but the next. */
function judgeAtRest({ wished, state, next, policy }: Subject): Verdict {
  const summary = describeNext(wished, next);
  if (next.kind === 'unknown') return { outcome: 'unknown', summary, reason: next.reason };
  if (isMet(wished, next.parameters)) return { outcome: 'pass', summary };
  const remedy = remedyAtRest(bootRemedy({ wished, next, policy, defaults: state.grub.defaults, isRunning: false }));
  return { outcome: 'fail', summary, remedy };
}

function isAtRest({ commandLine }: BootState): boolean {
  return commandLine.content.kind === 'not-running';
}

function without(outcome: 'unknown' | 'not-applicable', reason: string): Verdict {
  return { outcome, summary: reason, reason };
}

function whyNoCommandLine({ commandLine: { path, content } }: BootState): string {
  return content.kind === 'unreadable' ? content.reason : `${path} is missing`;
}

function showFound(name: string, parameters: readonly BootParameter[]): string | null {
  const found = occurrences(name, parameters);
  return found.length === 0 ? null : found.map(showParameter).join(' ');
}

function showParameter({ name, value }: BootParameter): string {
  return value === null ? name : `${name}=${value}`;
}

function show({ name, wish }: WishedParameter): string {
  return wish.value === true ? name : `${name}=${wish.value}`;
}

function describeNow(wished: WishedParameter, now: readonly BootParameter[]): string {
  const found = showFound(wished.name, now);
  return found === null ? `${wished.name} is not on the command line` : `${found} is on the command line`;
}

function describeNext(wished: WishedParameter, next: NextCommandLine): string {
  if (next.kind === 'unknown') return 'the next boot is not known';
  const found = showFound(wished.name, next.parameters);
  return `${found === null ? 'it will be absent' : `${found} will be there`} at the next boot (${next.path}:${String(next.line)})`;
}

function kindInWords(wished: WishedParameter): string {
  return wished.kind === 'required' ? `Add ${show(wished)} to` : `Remove ${show(wished)} from`;
}
