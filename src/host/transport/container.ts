import { HostError } from '../error.ts';
import type { SessionEnd } from '../shell/session.ts';
import { lastLine } from './ssh.ts';

export interface ContainerTarget {
  readonly kind: 'podman' | 'docker';
  readonly container: string;
  readonly user: string | undefined;
}

/** `podman exec` and `docker exec` take the same words (podman-exec(1), docker-exec(1)). */
export function containerArgv({ kind, container, user }: ContainerTarget): readonly [string, ...string[]] {
  return [kind, 'exec', '--interactive', ...(user === undefined ? [] : ['--user', user]), container];
}

export function explainContainerEnd({ kind }: ContainerTarget, { stderr, noise, wasGreeted }: SessionEnd): HostError {
  const reason = lastLine(stderr) || lastLine(noise);
  if (wasGreeted)
    return new HostError('unreachable', `the shell in the container ended${reason === '' ? '' : `: ${reason}`}`);
  if (/executable file.*not found|no such file or directory/i.test(stderr) && stderr.includes('/bin/sh')) {
    return new HostError('requirement', 'there is no /bin/sh in the container', {
      hint: `Save its image and audit that: ${kind} save --output image.tar IMAGE, then freehold audit image:image.tar`,
    });
  }
  if (/not found/.test(reason) && reason.includes(kind) && !/container/i.test(reason)) {
    return new HostError('requirement', `${kind} is not installed here`, {
      hint: `Install ${kind}, or log in to the machine that has it: ssh://…`,
    });
  }
  return new HostError('unreachable', reason === '' ? `${kind} exec ended without a word` : reason, {
    hint: `\`${kind} ps\` lists the containers that run.`,
  });
}
