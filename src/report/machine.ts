import type { AuditReport } from '../core/audit.ts';
import { readableTime } from './readable-time.ts';
import { shellWord } from './text/shell-word.ts';

type Facts = AuditReport['host'];

/** What a machine is, as far as it is known: system, kernel, architecture, container. */
export function systemParts(host: Facts): readonly string[] {
  return [
    host.osName || host.os,
    ...(host.kernelRelease === '' ? [] : [`Linux ${host.kernelRelease}`]),
    host.architecture,
    ...(host.container === null ? [] : [`in a ${host.container} container`]),
  ];
}

/** What the reader must know of how the machine was looked at. */
export function hostNotes(host: Facts): readonly string[] {
  return [
    ...(host.recordedAt === undefined
      ? []
      : [`This is a recording of ${readableTime(host.recordedAt)}, not the machine as it is now.`]),
    ...(host.isRunning ? [] : ['This is an image: only what decides its next boot could be seen.']),
    ...(host.isRoot ? [] : ['Not run as root: what only root can read is unknown.']),
  ];
}

/** What a command needs behind it to mean the same machine: nothing for this one. */
export function hostArgument(address: string): string {
  return address === 'local' ? '' : ` ${shellWord(address)}`;
}
