import type { Finding, Outcome, Remedy } from '../../../core/finding.ts';
import type { Severity } from '../../../core/severity.ts';
import type { NextCommandLine } from '../boot/next-command-line.ts';
import type { BootParameter } from '../boot-parameters.ts';
import type { Knowledge } from '../catalogue/knowledge.ts';
import type { KernelPolicy, ModuleWish } from '../policy.ts';
import { type LoadRule, loadRule, locateRule } from './load-rule.ts';
import { moduleName } from './modprobe-file.ts';
import { remedyAtRest } from '../remedy-at-rest.ts';
import { moduleRemedy } from './remedy.ts';
import { isListed, type ModulesState } from './state.ts';

export interface ModulesContext {
  readonly knowledgeOf: (module: string) => Knowledge | undefined;
  /** Why the kernel can't have what needs this option, or `undefined`. */
  readonly lacksOption: (option: string) => string | undefined;
  /** The parameters of this boot. */
  readonly now: readonly BootParameter[];
  readonly next: NextCommandLine;
  /** Set in a container: modules are its host's. */
  readonly container: string | null;
}

const DEFAULT_SEVERITY: Severity = 'medium';
/** Compares every module that must be blocked with the machine: not loaded now, and refused whoever asks for it. */
export function judgeModules(state: ModulesState, policy: KernelPolicy, context: ModulesContext): readonly Finding[] {
  const wishes = Object.entries(policy.modules).flatMap(([name, wish]) =>
    wish === null ? [] : [{ name: moduleName(name), wish }],
  );
  wishes.sort((a, b) => (a.name < b.name ? -1 : 1));
  return wishes.map(({ name, wish }) => judgeModule({ name, wish, state, policy, context }));
}

interface Subject {
  readonly name: string;
  readonly wish: ModuleWish;
  readonly state: ModulesState;
  readonly policy: KernelPolicy;
  readonly context: ModulesContext;
}

/**
 * The rule that holds now and at the next boot: of the two command lines the one that blocks less counts, and one that
 * isn't known blocks nothing.
 */
function lastingRule({ name, state, context: { now, next } }: Subject): LoadRule {
  const { files } = state;
  const thisBoot = loadRule({ module: name, files, commandLine: { parameters: now, file: '/proc/cmdline' } });
  if (thisBoot.kind !== 'blocked' && !isAtRest(state)) return thisBoot;
  const commandLine = next.kind === 'known' ? { parameters: next.parameters, file: next.path } : NO_COMMAND_LINE;
  return loadRule({ module: name, files, commandLine });
}

const NO_COMMAND_LINE = { parameters: [], file: '/proc/cmdline' } as const;

interface Verdict {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly reason?: string;
  readonly remedy?: Remedy;
}

function judgeModule(subject: Subject): Finding {
  const { name, wish, state, context } = subject;
  const rule = lastingRule(subject);
  const verdict = judge(subject, rule);
  const knowledge = context.knowledgeOf(name);
  return {
    id: `kernel/module/${name}`,
    outcome: verdict.outcome,
    severity: wish.severity ?? knowledge?.severity ?? DEFAULT_SEVERITY,
    title: `${knowledge?.title ?? 'Kernel module'} (${name})`,
    summary: verdict.summary,
    why: wish.why ?? knowledge?.why ?? 'The blueprint asks for it.',
    ...(knowledge?.mayBreak !== undefined && { mayBreak: knowledge.mayBreak }),
    expected: 'blocked',
    observed: { now: nowWord(isListed(state.loaded, name)), nextBoot: rule.kind, nextBootSource: locateRule(rule) },
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    ...(rule.kind !== 'loadable' && { where: rule.where }),
    references: knowledge?.references ?? [],
    ...(verdict.remedy !== undefined && { remedy: verdict.remedy }),
  };
}

function judge(subject: Subject, rule: LoadRule): Verdict {
  const { name, state, context } = subject;
  if (context.container !== null) {
    const what = isAtRest(state) ? 'the image of a container' : 'a container';
    return without('not-applicable', `this is ${what} (${context.container}): modules are loaded by its host`);
  }
  const noModules = context.lacksOption('CONFIG_MODULES');
  if (noModules !== undefined) return without('not-applicable', `${noModules}: it loads no modules at all`);
  if (isListed(state.builtIn, name) === true) {
    const instruction = 'Only a kernel that is built without it, or with it as a module, can do without it.';
    return {
      outcome: 'fail',
      summary: `is built into the kernel ${state.kernelRelease}`,
      remedy: { kind: 'manual', instruction },
    };
  }
  const isLoaded = isAtRest(state) ? false : isListed(state.loaded, name);
  if (isLoaded === undefined)
    return without('unknown', `whether it is loaded is not known: ${whyNot(state.loaded, '/proc/modules')}`);
  if (!isLoaded && isListed(state.available, name) === false && isListed(state.builtIn, name) === false) {
    return without('not-applicable', `the kernel ${state.kernelRelease} has no module ${name}`);
  }
  const doubt = state.unlisted[0]?.reason ?? unreadableFile(state);
  if (doubt !== undefined)
    return isLoaded ? fail(subject, rule) : without('unknown', `whether it can be loaded is not known: ${doubt}`);
  if (isLoaded || rule.kind !== 'blocked') return fail(subject, rule);
  if (isListed(state.builtIn, name) === undefined) {
    const why = whyNot(state.builtIn, `/lib/modules/${state.kernelRelease}/modules.builtin`);
    return without('unknown', `whether it is built into the kernel is not known: ${why}`);
  }
  const place = locateRule(rule) ?? '';
  return {
    outcome: 'pass',
    summary: isAtRest(state) ? `can't be loaded (${place})` : `is not loaded and can't be (${place})`,
  };
}

function without(outcome: 'unknown' | 'not-applicable', reason: string): Verdict {
  return { outcome, summary: reason, reason };
}

function fail(subject: Subject, rule: LoadRule): Verdict {
  const remedy = moduleRemedy({ ...subject, rule });
  if (isAtRest(subject.state)) return { outcome: 'fail', summary: describeRule(rule), remedy: remedyAtRest(remedy) };
  const isLoaded = isListed(subject.state.loaded, subject.name) === true;
  const summary = `is ${isLoaded ? 'loaded' : 'not loaded'} now; ${describeRule(rule)}`;
  return { outcome: 'fail', summary, remedy };
}

function describeRule(rule: LoadRule): string {
  const at = locateRule(rule) ?? '';
  switch (rule.kind) {
    case 'blocked':
      return `loading it again is refused (${at})`;
    case 'blacklisted':
      return `a blacklist (${at}) only keeps devices from asking for it: by name it can still be loaded`;
    case 'command':
      return `asking for it runs \`${rule.command}\` (${at})`;
    case 'loadable':
      return 'anything may load it';
  }
}

/** A machine that doesn't run has loaded nothing. */
function isAtRest({ loaded }: ModulesState): boolean {
  return loaded.kind === 'not-running';
}

function nowWord(isLoaded: boolean | undefined): string | null {
  if (isLoaded === undefined) return null;
  return isLoaded ? 'loaded' : 'not loaded';
}

function whyNot(list: ModulesState['loaded'], path: string): string {
  return list.kind === 'unreadable' ? list.reason : `there is no ${path}`;
}

function unreadableFile(state: ModulesState): string | undefined {
  const file = state.files.find(({ content }) => content.kind === 'unreadable');
  return file?.content.kind === 'unreadable' ? file.content.reason : undefined;
}
