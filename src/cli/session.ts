import { audit } from '../engine/audit.ts';
import type { Blueprint } from '../blueprint/index.ts';
import { controls } from '../controls/index.ts';
import type { AuditReport } from '../core/audit.ts';
import { parseAddress } from '../host/address.ts';
import type { Host } from '../host/host.ts';
import { type OpenOptions, openHost } from '../host/open.ts';
import { type AdvisoryOptions, advisoriesOf } from './advisories.ts';
import { type ConnectionOptions, hostFailure, openOptions } from './connection.ts';
import { warnOfUnfinishedRun } from './unfinished.ts';
import { freeholdVersion } from './version.ts';

/** This machine, where a command names no other. */
const HERE = 'local';

/** The options of a command that works on one machine and has other arguments. */
export interface OneHostOptions extends ConnectionOptions {
  readonly host?: string;
}

export interface Target {
  /** As the user wrote it. */
  readonly address: string;
  readonly options: OpenOptions;
}

export function targetOf(address: string | undefined, options: ConnectionOptions): Target {
  return { address: address ?? HERE, options: openOptions(options, { isAlone: true }) };
}

/** Opens a machine; throws what a command ends with when it can't be reached. */
export async function openTarget({ address, options }: Target): Promise<Host> {
  try {
    return await openHost(parseAddress(address), options);
  } catch (error) {
    throw hostFailure(address, error);
  }
}

/** Opens a machine for the time of one piece of work; throws `unreachable` when it can't be reached, or not any more. */
export async function withHost<Result>(target: Target, work: (host: Host) => Promise<Result>): Promise<Result> {
  try {
    const host = await openHost(parseAddress(target.address), target.options);
    try {
      return await work(host);
    } finally {
      await host.close();
    }
  } catch (error) {
    throw hostFailure(target.address, error);
  }
}

/** How long a new connection may take that shows whether a machine still lets anybody in. */
const RETRY_CONNECT_MS = 10_000;

/** Another connection to the same machine, through nothing that is open already. */
export function reopenHost({ address, options }: Target): Promise<Host> {
  return openHost(parseAddress(address), { ...options, isFresh: true, connectTimeoutMs: RETRY_CONNECT_MS });
}

/** One audit, and in the same round trips a look for a run that was cut off. */
export async function auditNow(host: Host, blueprint: Blueprint, options: AdvisoryOptions): Promise<AuditReport> {
  const advisories = advisoriesOf(options);
  const [report] = await Promise.all([
    audit({ host, blueprint, controls, version: freeholdVersion(), startedAt: new Date(), advisories }),
    warnOfUnfinishedRun(host),
  ]);
  return report;
}
