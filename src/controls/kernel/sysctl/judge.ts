import type { Finding, Outcome, Remedy } from '../../../core/finding.ts';
import { describeLocation } from '../../../core/describe.ts';
import type { Json } from '../../../core/json.ts';
import { compareSeverity, type Severity } from '../../../core/severity.ts';
import type { SysctlKnowledge } from '../catalogue/knowledge.ts';
import type { KernelPolicy } from '../policy.ts';
import { type Assessment, assess } from './assess.ts';
import { bootOutlook, type CommandLine, type NextBoot } from './boot-outlook.ts';
import { confScope } from './scope.ts';
import { kernelDefault } from './kernel-effects.ts';
import { sysctlRemedies } from './remedy.ts';
import type { SysctlState } from './state.ts';
import { satisfies } from './value.ts';
import { wishedSysctls, type WishedSysctl } from './wish.ts';

export interface SysctlContext {
  readonly knowledgeOf: (key: string) => SysctlKnowledge | undefined;
  /** The catalogue's keys, to name the nearest when one is misspelled. */
  readonly nearestKey: (key: string) => string | undefined;
  /** Why the kernel can't have a setting that needs this option, or `undefined` when it has the option or nobody knows. */
  readonly lacksOption: (option: string) => string | undefined;
  /** The command line of the next boot, or of this one where the next is not known. */
  readonly commandLine: CommandLine;
}

const DEFAULT_SEVERITY: Severity = 'medium';
/** Right now but left to chance at the next boot: worth mending, not worth an alarm. */
const UNSET_SEVERITY: Severity = 'low';

/** Compares every wished sysctl with the machine: it passes if the value is right now and at the next boot. */
export function judgeSysctl(state: SysctlState, policy: KernelPolicy, context: SysctlContext): readonly Finding[] {
  const wishes = wishedSysctls(policy, context.knowledgeOf);
  const outlook = bootOutlook(state, context.commandLine);
  const wishedPaths = new Set(wishes.map((wished) => wished.path));
  const assessments = wishes.map((wished) => assess(wished, { state, outlook, wishedPaths }));
  const verdicts = assessments.map((assessment) => ({ assessment, verdict: judge(assessment, state, context) }));
  const failing = verdicts.filter(({ verdict }) => verdict.outcome === 'fail').map(({ assessment }) => assessment);
  const remedies =
    state.loader.kind === 'container'
      ? new Map<string, Remedy>(failing.map(({ wished }) => [wished.path, containerRemedy(wished)]))
      : sysctlRemedies({ state, outlook, file: policy.file, assessments, failing });
  return verdicts.map(({ assessment, verdict }) => toFinding(assessment, verdict, remedies));
}

interface Verdict {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly reason?: string;
  readonly severity?: Severity;
}

function judge(assessment: Assessment, state: SysctlState, context: SysctlContext): Verdict {
  const { wished, now, next } = assessment;
  const elsewhere = hostsBusiness(wished, state);
  if (elsewhere !== undefined) return without('not-applicable', elsewhere);
  const missing = wished.knowledge?.requiresConfig;
  const isNotSeen = now.kind === 'missing' || now.kind === 'not-running';
  const lacking = isNotSeen && missing !== undefined ? context.lacksOption(missing) : undefined;
  if (lacking !== undefined) return without('not-applicable', lacking);
  if (now.kind === 'unreadable') return without('unknown', now.reason);
  if (now.kind === 'missing') return judgeMissing(assessment, context);
  if (now.kind === 'not-running') return judgeAtRest(assessment, context);
  const summary = describe(assessment);
  if (!assessment.isNowRight || assessment.weakInterfaces.length > 0) return { outcome: 'fail', summary };
  const doubt = assessment.unseenInterface ?? (next.kind === 'unknown' ? next.reason : undefined);
  if (doubt !== undefined) return { outcome: 'unknown', summary, reason: doubt };
  if (next.kind === 'kernel-default') return { outcome: 'fail', summary, severity: UNSET_SEVERITY };
  return { outcome: assessment.isNextRight ? 'pass' : 'fail', summary };
}

function without(outcome: 'unknown' | 'not-applicable', reason: string): Verdict {
  return { outcome, summary: reason, reason };
}

/** A container shares its host's kernel: only what each network namespace has for itself is its own. */
function hostsBusiness({ path, knowledge }: WishedSysctl, state: SysctlState): string | undefined {
  if (state.loader.kind !== 'container') return undefined;
  const isOwn = knowledge?.isPerNetworkNamespace ?? path.startsWith('net/');
  if (!isOwn) return `${state.loader.reason}, and this setting belongs to the kernel of its host`;
  if (state.values[path]?.kind !== 'not-running') return undefined;
  return `${state.loader.reason}, and this setting is given when a container is started (--sysctl)`;
}

/** A key that isn't there now may come with a module or an interface; then the next boot's setting is what counts. */
function judgeMissing(assessment: Assessment, context: SysctlContext): Verdict {
  const { wished, next, isNextRight } = assessment;
  const why = absence(assessment, context);
  if (why.kind === 'unknown') return without('unknown', why.reason);
  if (why.kind === 'never') return without('not-applicable', why.reason);
  const summary = `${why.reason}; ${describeNext(next)}; wanted ${wished.wish.value}`;
  if (next.kind === 'unknown') return { outcome: 'unknown', summary, reason: next.reason };
  return isNextRight ? { outcome: 'not-applicable', summary, reason: why.reason } : { outcome: 'fail', summary };
}

/**
 * A machine that doesn't run is judged by its next boot alone. What nothing sets fails here as it does on a machine that
 * runs: even where the kernel starts with the right value, it is left to chance.
 */
function judgeAtRest(assessment: Assessment, context: SysctlContext): Verdict {
  const { wished, next, isNextRight, weakInterfaces, unseenInterface } = assessment;
  // Only a kernel could say whether there are keys that the catalogue doesn't know, or that come with a module or interface.
  if (absence(assessment, context).kind !== 'never') return judgeMissing(assessment, context);
  const summary = describe(assessment);
  if (next.kind === 'unknown') return { outcome: 'unknown', summary, reason: next.reason };
  if (next.kind === 'kernel-default') {
    const start = kernelDefault(wished.path);
    const isRight = start !== undefined && satisfies(start, wished.wish.value, wished.knowledge?.order);
    return { outcome: 'fail', summary, ...(isRight && { severity: UNSET_SEVERITY }) };
  }
  if (!isNextRight || weakInterfaces.length > 0) return { outcome: 'fail', summary };
  return unseenInterface === undefined
    ? { outcome: 'pass', summary }
    : { outcome: 'unknown', summary, reason: unseenInterface };
}

type Absence = { readonly kind: 'may-appear' | 'never' | 'unknown'; readonly reason: string };

function absence({ wished: { key, path, knowledge }, now }: Assessment, context: SysctlContext): Absence {
  const isAtRest = now.kind === 'not-running';
  const conf = confScope(path);
  if (conf !== undefined && conf.scope !== 'all' && conf.scope !== 'default') {
    const reason = isAtRest
      ? `which interfaces there will be is not known`
      : `the interface ${conf.scope} isn't there now`;
    return { kind: 'may-appear', reason };
  }
  if (knowledge?.requiresModule !== undefined) {
    return {
      kind: 'may-appear',
      reason: `the key isn't there as long as the module ${knowledge.requiresModule} isn't loaded`,
    };
  }
  if (knowledge !== undefined) return { kind: 'never', reason: `this kernel doesn't have ${key}` };
  const nearest = context.nearestKey(key);
  const hint = nearest === undefined ? 'check the spelling' : `did you mean ${nearest}?`;
  const why = isAtRest
    ? `Freehold doesn't know ${key}, and an image has no kernel to ask`
    : `this kernel has no ${key}, and Freehold doesn't know the key`;
  return { kind: 'unknown', reason: `${why}: ${hint}` };
}

function describe(assessment: Assessment): string {
  const { wished, now, next, isNowRight, isNextRight, weakInterfaces } = assessment;
  const weak = weakInterfaces.map(describeWeak).join('');
  if (now.kind === 'not-running') {
    const isPlain = next.kind === 'set' && next.value === wished.wish.value;
    return `${describeNext(next)}${isPlain ? '' : `; wanted ${wished.wish.value}`}${weak}`;
  }
  const current = now.kind === 'value' ? now.text : '';
  const isSame = next.kind === 'set' && next.value === current;
  const truths = isSame ? `is ${current} now and ${describeNext(next)}` : `is ${current} now; ${describeNext(next)}`;
  const wish = isNowRight && isNextRight && current === wished.wish.value ? '' : `; wanted ${wished.wish.value}`;
  return truths + wish + weak;
}

function describeNext(next: NextBoot): string {
  if (next.kind === 'unknown') return 'the next boot is not known';
  if (next.kind === 'kernel-default') return 'nothing sets it at boot';
  const because = next.because === undefined ? '' : ` along with ${next.because.replaceAll('/', '.')}`;
  return `${next.value} at the next boot${because} (${describeLocation(next.where)})`;
}

function describeWeak({ name, when, effective }: Assessment['weakInterfaces'][number]): string {
  return `; on ${name} the value that counts ${when === 'now' ? 'now' : 'at the next boot'} is ${effective}`;
}

function toFinding(assessment: Assessment, verdict: Verdict, remedies: ReadonlyMap<string, Remedy>): Finding {
  const { wished, next } = assessment;
  const { knowledge, wish } = wished;
  const remedy = remedies.get(wished.path);
  return {
    id: `kernel/sysctl/${wished.key}`,
    outcome: verdict.outcome,
    severity: severityOf(wished, verdict),
    title: knowledge === undefined ? wished.key : `${knowledge.title} (${wished.key})`,
    summary: verdict.summary,
    why: wish.why ?? knowledge?.why ?? 'The blueprint asks for it.',
    ...(knowledge?.mayBreak !== undefined && { mayBreak: knowledge.mayBreak }),
    expected: wish.value,
    observed: observedTruths(assessment),
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    ...(next.kind === 'set' && { where: next.where }),
    references: knowledge?.references ?? [],
    ...(remedy !== undefined && { remedy }),
  };
}

function severityOf({ wish, knowledge }: WishedSysctl, verdict: Verdict): Severity {
  if (wish.severity !== undefined) return wish.severity;
  const severity = knowledge?.severity ?? DEFAULT_SEVERITY;
  const limit = verdict.severity;
  return limit !== undefined && compareSeverity(limit, severity) < 0 ? limit : severity;
}

function observedTruths({ now, next, weakInterfaces }: Assessment): Json {
  return {
    now: now.kind === 'value' ? now.text : null,
    nextBoot: next.kind === 'set' ? next.value : null,
    nextBootSource: next.kind === 'set' ? describeLocation(next.where) : null,
    ...(weakInterfaces.length > 0 && {
      interfaces: Object.fromEntries(weakInterfaces.map(({ name, effective }) => [name, effective])),
    }),
  };
}

function containerRemedy({ key, wish }: WishedSysctl): Remedy {
  return { kind: 'manual', instruction: `Start the container with --sysctl ${key}=${wish.value}.` };
}
