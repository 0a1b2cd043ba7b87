import { HostError } from '../error.ts';
import { containerFrom, factsFrom } from '../facts.ts';
import type { Facts, Host, ReadResult } from '../host.ts';

const ID_TIMEOUT_MS = 10_000;

/** What a shell host can be asked; its shell has told the architecture by the time of any answer. */
type Asked = Pick<Host, 'read' | 'stat' | 'run'> & { readonly architecture: string };

/** Asks a machine who it is: one round trip. */
export async function observeFacts(host: Asked, address: string): Promise<Facts> {
  const [status, hostname, kernelRelease, osRelease, vendorRelease, declared, containerenv, dockerenv, namespace] =
    await Promise.all([
      host.read('/proc/self/status'),
      host.read('/proc/sys/kernel/hostname'),
      host.read('/proc/sys/kernel/osrelease'),
      host.read('/etc/os-release'),
      host.read('/usr/lib/os-release'),
      host.read('/run/systemd/container'),
      host.stat('/run/.containerenv'),
      host.stat('/.dockerenv'),
      host.stat('/proc/self/ns/pid'),
    ]);
  const release = text(kernelRelease)?.trim();
  if (release === undefined) {
    const hint = 'Freehold looks at Linux only, and needs /proc to be mounted there.';
    throw new HostError('requirement', '/proc/sys/kernel/osrelease can’t be read there', { hint });
  }
  return factsFrom({
    address,
    hostname: text(hostname)?.trim() ?? '',
    osRelease: text(osRelease) ?? text(vendorRelease) ?? '',
    kernelRelease: release,
    architecture: host.architecture,
    uid: effectiveUid(text(status) ?? '') ?? Number(await word(host, ['id', '-u'])),
    container: containerFrom({
      declared: text(declared),
      hasContainerenv: containerenv.kind === 'stat',
      hasDockerenv: dockerenv.kind === 'stat',
      pidNamespace: namespace.kind === 'stat' ? namespace.target : undefined,
    }),
    isRunning: true,
  });
}

/** The second of `Uid:` (proc(5)). Whoever reads the file is asked about, and is a child of the shell. */
function effectiveUid(status: string): number | undefined {
  const match = /^Uid:\s+\d+\s+(\d+)/m.exec(status);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** What a program of every system prints. */
async function word(host: Pick<Host, 'run'>, argv: readonly [string, ...string[]]): Promise<string> {
  const result = await host.run(argv, { timeoutMs: ID_TIMEOUT_MS });
  if (result.kind === 'exited' && result.code === 0) return new TextDecoder().decode(result.stdout).trim();
  const why = result.kind === 'exited' ? `it ended with exit code ${String(result.code)}` : result.message;
  throw new HostError('requirement', `\`${argv.join(' ')}\` failed there: ${why}`);
}

function text(result: ReadResult): string | undefined {
  return result.kind === 'content' ? new TextDecoder().decode(result.bytes) : undefined;
}
