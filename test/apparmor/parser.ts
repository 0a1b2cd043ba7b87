/** The real apparmor_parser(8), for tests: what it compiles is what the kernel would get. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePolicy } from '../../src/apparmor/compiled/decode.ts';
import type { CompiledPolicy } from '../../src/apparmor/compiled/profile.ts';

const PARSER = 'apparmor_parser';
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;

/** Why nothing can be compiled here, or `false`. */
export function whyNoParser(): string | false {
  return spawnSync(PARSER, ['--version']).error === undefined
    ? false
    : 'LEFT OUT: no apparmor_parser; install apparmor';
}

/** Classes of rules that a kernel of Debian 12 and one of Ubuntu mediate, in the form of a features file. */
export const FEATURES = `
caps {mask {chown dac_override kill net_admin net_raw sys_admin sys_ptrace
}
}
dbus {mask {acquire send receive
}
}
domain {change_hat {yes
}
change_hatv {yes
}
change_onexec {yes
}
change_profile {yes
}
stack {yes
}
}
file {mask {create read write exec append mmap_exec link lock
}
}
mount {mask {mount umount pivot_root
}
}
namespaces {pivot_root {no
}
profile {yes
}
}
network {af_unix {yes
}
}
network_v8 {af_mask {unspec unix inet inet6 netlink packet
}
}
policy {versions {v5 {yes
}
v6 {yes
}
v7 {yes
}
v8 {yes
}
}
}
ptrace {mask {read trace
}
}
rlimit {mask {cpu fsize data stack core rss nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime
}
}
signal {mask {hup int quit ill trap abrt bus fpe kill usr1 segv usr2 pipe alrm term stkflt chld cont stop stp ttin ttou urg xcpu xfsz vtalrm prof winch io pwr sys emt lost
}
}
`;

export interface CompileOptions {
  /** Path of a features file; {@link FEATURES} without it. */
  readonly features?: string;
  readonly base?: string;
}

export interface CompileOutput {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Compiles for as long as it is kept; its folder goes away with it. */
export class Compiler {
  readonly #folder = mkdtempSync(join(tmpdir(), 'freehold-apparmor-'));
  readonly #features: string = join(this.#folder, 'features');

  constructor() {
    writeFileSync(this.#features, FEATURES);
  }

  run(argv: readonly string[], source: string, { features, base }: CompileOptions = {}): CompileOutput {
    const whole = [
      '--skip-kernel-load',
      '--skip-cache',
      '--features-file',
      features ?? this.#features,
      ...(base === undefined ? [] : ['--base', base]),
      ...argv,
    ];
    const { status, stdout, stderr } = spawnSync(PARSER, whole, { input: source, maxBuffer: OUTPUT_LIMIT_BYTES });
    return { code: status, stdout, stderr: stderr.toString() };
  }

  /** The bytes; throws for a policy that doesn't compile. */
  bytes(source: string, options?: CompileOptions): Buffer {
    const { code, stdout, stderr } = this.run(['--quiet', '--stdout'], source, options);
    if (code !== 0) throw new Error(`${stderr}\n${source}`);
    return stdout;
  }

  policy(source: string, options?: CompileOptions): CompiledPolicy {
    const policy = decodePolicy(this.bytes(source, options));
    if (policy.kind === 'malformed') throw new Error(policy.reason);
    return policy;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
