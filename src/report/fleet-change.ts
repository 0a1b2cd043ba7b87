import { plural } from '../core/describe.ts';
import type { HostChange, HostPlan } from '../core/fleet.ts';
import type { Plan } from '../core/plan.ts';
import { renderPlan } from './plan.ts';
import { TerminalPage, type Style, type TerminalOptions } from './text/terminal-page.ts';

const NAMED_HOSTS = 5;
const MARGIN_COLUMNS = 2;
const STATE_COLUMNS = 12;

/** The plans of many machines: each different plan once, with the machines that it is for. */
export function renderFleetPlans(hosts: readonly HostPlan[], options: TerminalOptions): string {
  const page = new TerminalPage(options);
  const groups = new Map<string, { readonly plan: Plan; readonly names: string[] }>();
  for (const host of hosts) {
    if (host.kind !== 'planned' || host.plan.steps.length === 0) continue;
    const key = JSON.stringify([host.plan.blueprint, host.plan.steps, host.plan.leftOut]);
    const group = groups.get(key) ?? { plan: host.plan, names: [] };
    group.names.push(host.name);
    groups.set(key, group);
  }
  const texts = [...groups.values()].map(({ plan, names }) =>
    renderPlan({ ...plan, host: namesOf(names) }, { ...options, isAboutToBeApplied: true }),
  );
  const unchanged = hosts.filter((host) => host.kind === 'planned' && host.plan.steps.length === 0);
  const changing = hosts.length - unchanged.length - hosts.filter(({ kind }) => kind === 'failed').length;
  page.prose(
    `${plural(changing, 'machine')} would change, by ${plural(groups.size, 'different plan')}; nothing to do on ${String(unchanged.length)}.`,
    { columns: 0, style: 'strong' },
  );
  for (const host of hosts) {
    if (host.kind === 'failed') writeProblems(page, host.name, host.problems);
  }
  return [...texts, page.toString()].join('\n');
}

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMED_HOSTS;
  const shown = names.slice(0, NAMED_HOSTS).join(', ');
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}

const WORDS: Readonly<Record<HostChange['kind'], readonly [word: string, style: Style]>> = {
  changed: ['changed', 'green'],
  unchanged: ['as it was', 'quiet'],
  failed: ['failed', 'brightRed'],
  'not-begun': ['not begun', 'yellow'],
};

/** What became of each machine, those that need a person last, where they are seen. */
export function renderFleetChanges(hosts: readonly HostChange[], options: TerminalOptions): string {
  const page = new TerminalPage(options);
  const order: readonly HostChange['kind'][] = ['unchanged', 'changed', 'not-begun', 'failed'];
  for (const kind of order) {
    for (const host of hosts.filter((one) => one.kind === kind)) writeHost(page, host);
  }
  const counts = order.map((kind) => [kind, hosts.filter((host) => host.kind === kind).length] as const);
  const told = counts.filter(([, count]) => count > 0).map(([kind, count]) => `${String(count)} ${WORDS[kind][0]}`);
  page.line();
  page.prose(`${plural(hosts.length, 'machine')}: ${told.join(' · ')}`, { columns: 0, style: 'strong' });
  return page.toString();
}

function writeHost(page: TerminalPage, host: HostChange): void {
  const [word, style] = WORDS[host.kind];
  if (host.kind === 'failed') {
    writeProblems(page, host.name, host.problems);
    return;
  }
  const lead = page.cell(style, word, STATE_COLUMNS);
  page.prose(describe(host), { columns: STATE_COLUMNS, lead });
}

function describe(host: Exclude<HostChange, { kind: 'failed' }>): string {
  if (host.kind !== 'changed') return host.name;
  const { mended, awaitingReboot } = host.verification;
  const waiting = awaitingReboot.length === 0 ? '' : `, ${String(awaitingReboot.length)} wait for a reboot`;
  return `${host.name}: run ${host.runId}, ${plural(mended.length, 'finding')} mended${waiting}`;
}

function writeProblems(
  page: TerminalPage,
  name: string,
  problems: Extract<HostPlan, { kind: 'failed' }>['problems'],
): void {
  page.prose(name, { columns: STATE_COLUMNS, lead: page.cell('brightRed', 'failed', STATE_COLUMNS), style: 'strong' });
  for (const { message, hint } of problems) {
    page.prose(message, { columns: MARGIN_COLUMNS });
    if (hint !== undefined) page.prose(`= ${hint}`, { columns: MARGIN_COLUMNS, style: 'quiet' });
  }
}
