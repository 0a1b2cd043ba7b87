/** One emulated computer: QEMU without any help of this machine's processor, so that it runs, and runs alike, everywhere. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from '../remote/free-port.ts';
import { quote } from '../../src/host/shell/quote.ts';
import { Qmp } from './qmp.ts';

const MEMORY_MB = 2048;
const PROCESSORS = 2;
const POLL_MS = 50;
/** Nothing to wait for but the disk: the default is meant for networks. */
const MIGRATION_BYTES_PER_SECOND = 10_000_000_000;
const LAST_WORDS_LIMIT_BYTES = 20_000;
/** The descriptor on which a saved memory comes in. */
const MEMORY_FD = 3;

/** Of query-status and query-migrate. */
const statusSchema = z.object({ status: z.string() });

export interface QemuOptions {
  /** Holds what this computer writes: its console, its control socket. */
  readonly folder: string;
  readonly disk: { readonly path: string; readonly format: 'raw' | 'qcow2' };
  /** A kernel that QEMU loads itself, as long as the disk has no boot loader. */
  readonly kernel?: { readonly image: string; readonly initrd: string; readonly commandLine: string };
  /** Goes on where a computer was saved with {@link Qemu.saveMemory}, its disk being as it was then. */
  readonly memoryFile?: string;
}

export class Qemu {
  /** Of the loopback interface; it leads to the computer's sshd. */
  readonly sshPort: number;
  readonly consoleFile: string;
  readonly #process: ChildProcess;
  readonly #qmp: Qmp;
  readonly #isEnded: Promise<unknown>;

  private constructor(
    sshPort: number,
    consoleFile: string,
    parts: { readonly process: ChildProcess; readonly qmp: Qmp },
  ) {
    this.sshPort = sshPort;
    this.consoleFile = consoleFile;
    this.#process = parts.process;
    this.#qmp = parts.qmp;
    this.#isEnded = once(parts.process, 'exit');
  }

  static async start(options: QemuOptions): Promise<Qemu> {
    const port = await freePort();
    const consoleFile = join(options.folder, 'console.log');
    const socket = join(options.folder, 'qmp');
    const memory = options.memoryFile === undefined ? 'ignore' : openSync(options.memoryFile, 'r');
    const argv = qemuArgv(options, { port, consoleFile, signalSocket: signalSocketIn(options.folder), socket });
    const child = spawn('qemu-system-x86_64', argv, { stdio: ['ignore', 'ignore', 'pipe', memory] });
    if (typeof memory === 'number') closeSync(memory);
    let lastWords = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      if (lastWords.length < LAST_WORDS_LIMIT_BYTES) lastWords += chunk.toString();
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new Error(`QEMU ended with ${String(code)} before it had begun: ${lastWords}`));
      });
    });
    // Its end is expected later on.
    failed.catch(() => undefined);
    try {
      const qmp = await Promise.race([Qmp.connect(socket), failed]);
      const qemu = new Qemu(port, consoleFile, { process: child, qmp });
      if (options.memoryFile !== undefined) await Promise.race([qemu.#wake(), failed]);
      return qemu;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Once its memory is there: it was saved standing still. */
  async #wake(): Promise<void> {
    while ((await this.#statusOf('query-status')) === 'inmigrate') await sleep(POLL_MS);
    await this.#qmp.execute('cont');
  }

  async #statusOf(command: string): Promise<string> {
    return statusSchema.parse(await this.#qmp.execute(command)).status;
  }

  /** What the computer was doing, for {@link QemuOptions.memoryFile}; the computer then stands still. */
  async saveMemory(path: string): Promise<void> {
    await this.#qmp.execute('stop');
    await this.#qmp.execute('migrate-set-parameters', { 'max-bandwidth': MIGRATION_BYTES_PER_SECOND });
    await this.#qmp.execute('migrate', { uri: `exec:cat >${quote(path)}` });
    for (;;) {
      const status = await this.#statusOf('query-migrate');
      if (status === 'completed') return;
      if (status === 'failed') throw new Error('QEMU could not save the memory');
      await sleep(POLL_MS);
    }
  }

  /** Nothing the computer does goes on until {@link resume}; what it has not given to its disk by now is not there. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  /** No program of the computer's gets to know of it, and nothing is flushed. */
  async kill(): Promise<void> {
    this.#qmp.close();
    this.#process.kill('SIGKILL');
    await this.#isEnded;
  }

  /** Waits until the computer has switched itself off. */
  async isOff(): Promise<void> {
    await this.#isEnded;
    this.#qmp.close();
  }
}

/** Where the computer's second serial line, /dev/ttyS1 there, ends here. */
export function signalSocketIn(folder: string): string {
  return join(folder, 'signal');
}

interface Places {
  readonly port: number;
  readonly consoleFile: string;
  readonly signalSocket: string;
  readonly socket: string;
}

function qemuArgv(
  { disk, kernel, memoryFile }: QemuOptions,
  { port, consoleFile, signalSocket, socket }: Places,
): readonly string[] {
  return [
    ['-name', 'freehold-lab', '-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'std'],
    ['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', String(PROCESSORS), '-m', String(MEMORY_MB)],
    ['-drive', `if=virtio,format=${disk.format},cache=writeback,file=${disk.path.replaceAll(',', ',,')}`],
    // Restricted: the computer reaches nothing, and is reached by ssh alone.
    ['-netdev', `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${String(port)}-:22`],
    ['-device', 'virtio-net-pci,netdev=net,romfile=', '-device', 'virtio-rng-pci'],
    ['-serial', `file:${consoleFile}`, '-serial', `unix:${signalSocket},server=on,wait=off`],
    ['-qmp', `unix:${socket},server=on,wait=off`],
    kernel === undefined ? [] : ['-kernel', kernel.image, '-initrd', kernel.initrd, '-append', kernel.commandLine],
    memoryFile === undefined ? [] : ['-incoming', `fd:${String(MEMORY_FD)}`],
  ].flat();
}
