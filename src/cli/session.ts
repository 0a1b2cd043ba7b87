import { audit } from '../engine/audit.ts';
import type { Blueprint } from '../blueprint/index.ts';
import { controls } from '../controls/index.ts';
import type { AuditReport } from '../core/audit.ts';
import { openLocalHost } from '../host/local.ts';
import type { Host } from '../host/host.ts';
import { warnOfUnfinishedRun } from './unfinished.ts';
import { freeholdVersion } from './version.ts';

/** Opens this machine for the time of one piece of work. */
export async function withHost<Result>(work: (host: Host) => Promise<Result>): Promise<Result> {
  const host = openLocalHost();
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

export async function auditNow(host: Host, blueprint: Blueprint): Promise<AuditReport> {
  await warnOfUnfinishedRun(host);
  return audit({ host, blueprint, controls, version: freeholdVersion(), startedAt: new Date() });
}
