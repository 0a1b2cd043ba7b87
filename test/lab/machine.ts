/** A Debian machine of one test's own: it may be changed, rebooted and cut off, and nobody else notices. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LabImage, labImage } from './image.ts';
import { Qemu, type QemuOptions, signalSocketIn } from './qemu.ts';
import { tool } from './tools.ts';

const POLL_MS = 200;
const CONNECT_SECONDS = 5;
const BOOT_LIMIT_MS = 600_000;
const COMMAND_LIMIT_MS = 120_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const MS_PER_SECOND = 1000;
const LAST_LINES = 30;
const BOOT_ID = 'cat /proc/sys/kernel/random/boot_id';
const LEFT_OUT = ['apparmor.service', 'auditd.service', 'getty@tty1.service'];

/** A disk as it was at one moment; any number of machines can boot from it. */
export interface LabDisk {
  readonly path: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellOptions {
  readonly timeoutMs?: number;
  readonly user?: string;
}

export class LabMachine {
  /** For `ssh -F`, and for Freehold's `--ssh-config`; the machine's name there is `lab`. */
  readonly sshConfig: string;
  readonly address = 'ssh://lab';
  readonly #image: LabImage;
  readonly #folder: string;
  readonly #disk: QemuOptions['disk'];
  #qemu: Qemu | undefined;
  #snapshots = 0;

  private constructor(image: LabImage, folder: string, disk: QemuOptions['disk']) {
    this.#image = image;
    this.#folder = folder;
    this.#disk = disk;
    this.sshConfig = join(folder, 'ssh_config');
  }

  /** A machine that has just booted, some seconds from now. */
  static async fresh(): Promise<LabMachine> {
    const image = labImage();
    const folder = mkdtempSync(join(tmpdir(), 'freehold-lab-'));
    const disk = overlay(folder, image.bootedDisk);
    return LabMachine.#begin(new LabMachine(image, folder, disk), { memoryFile: image.memory });
  }

  /** Boots from a {@link snapshot}, as after a power cut at that moment, with those of the services that stay away otherwise. */
  static async boot(disk: LabDisk, withServices: readonly string[] = []): Promise<LabMachine> {
    const image = labImage();
    const folder = mkdtempSync(join(tmpdir(), 'freehold-lab-'));
    const machine = new LabMachine(image, folder, overlay(folder, disk.path));
    return LabMachine.#begin(machine, { kernel: quickBoot(image, withServices) });
  }

  /** For building the image: a machine that works on the given disk itself. */
  static async start(image: LabImage, { disk, kernel }: Pick<QemuOptions, 'disk' | 'kernel'>): Promise<LabMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'freehold-lab-'));
    return LabMachine.#begin(new LabMachine(image, folder, disk), kernel === undefined ? {} : { kernel });
  }

  static async #begin(machine: LabMachine, options: Pick<QemuOptions, 'kernel' | 'memoryFile'>): Promise<LabMachine> {
    try {
      await machine.#powerOn(options);
      // A saved memory has the clock of its day.
      if (options.memoryFile !== undefined) machine.sh(`date --set=@${String(Math.floor(Date.now() / MS_PER_SECOND))}`);
      return machine;
    } catch (error) {
      await machine.close();
      throw error;
    }
  }

  /** Runs a script of sh as root. Throws, with what it said, when it fails. */
  sh(script: string, options: ShellOptions = {}): string {
    const { code, stdout, stderr } = this.trySh(script, options);
    if (code !== 0) throw new Error(`in the lab: ${script}\nended with ${String(code)}: ${stdout}${stderr}`);
    return stdout;
  }

  trySh(script: string, { timeoutMs = COMMAND_LIMIT_MS, user = 'root' }: ShellOptions = {}): Ended {
    const argv = ['-F', this.sshConfig, ...this.#shared, '-o', 'BatchMode=yes', '-l', user, 'lab', 'sh'];
    const options = { input: script, timeout: timeoutMs, maxBuffer: OUTPUT_LIMIT_BYTES };
    const { status, stdout, stderr } = spawnSync('ssh', argv, options);
    return { code: status, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  /** Ends it as a power cut does: what has not reached the disk is lost. */
  async cutPower(): Promise<void> {
    await this.#qemu?.kill();
    this.#qemu = undefined;
  }

  /** Boots it from its disk, after {@link cutPower}; {@link reboot} goes through the machine's own boot loader. */
  async powerOn(): Promise<void> {
    await this.#powerOn({ kernel: quickBoot(this.#image) });
  }

  /** Shuts it down in good order and boots it again, through its own boot loader. */
  async reboot(): Promise<void> {
    const before = this.bootId();
    this.trySh('systemctl reboot');
    await this.#reachable({ afterBoot: before });
  }

  async powerOff(): Promise<void> {
    this.trySh('systemctl poweroff');
    await this.#qemu?.isOff();
    this.#qemu = undefined;
  }

  bootId(): string {
    return this.sh(BOOT_ID).trim();
  }

  /** The disk as a power cut at this very moment would leave it; the machine notices nothing and goes on. */
  snapshot(): LabDisk {
    const path = join(this.#folder, `snapshot-${String(this.#snapshots)}.qcow2`);
    this.#snapshots += 1;
    this.#qemu?.freeze();
    copyFileSync(this.#disk.path, path);
    this.#qemu?.resume();
    return { path };
  }

  /**
   * Calls `onLine` with every line that the machine writes to /dev/ttyS1, and then writes an empty one back: a program there
   * that waits for it stands still until then.
   */
  listen(onLine: (line: string) => void): void {
    const socket = createConnection(signalSocketIn(this.#folder));
    createInterface({ input: socket }).on('line', (line) => {
      onLine(line);
      socket.write('\n');
    });
    // It ends with the machine.
    socket.on('error', () => undefined);
  }

  async saveMemory(path: string): Promise<void> {
    await this.#qemu?.saveMemory(path);
  }

  async close(): Promise<void> {
    await this.cutPower();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** One connection for all scripts of a test: a login costs an emulated machine two seconds. */
  get #shared(): readonly string[] {
    return ['ControlMaster=auto', 'ControlPersist=yes', `ControlPath=${join(this.#folder, 'mux-%r')}`].flatMap(
      (setting) => ['-o', setting],
    );
  }

  async #powerOn(options: Pick<QemuOptions, 'kernel' | 'memoryFile'>): Promise<void> {
    this.#qemu = await Qemu.start({ folder: this.#folder, disk: this.#disk, ...options });
    this.#configureSsh(this.#qemu.sshPort);
    await this.#reachable({ afterBoot: '' });
  }

  #configureSsh(port: number): void {
    const lines = [
      'Host lab',
      '  HostName 127.0.0.1',
      `  Port ${String(port)}`,
      '  HostKeyAlias lab',
      '  User root',
      `  IdentityFile ${this.#image.privateKey}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${this.#image.knownHosts}`,
      '  GlobalKnownHostsFile /dev/null',
      `  ConnectTimeout ${String(CONNECT_SECONDS)}`,
    ];
    writeFileSync(this.sshConfig, `${lines.join('\n')}\n`);
  }

  /** Waits until somebody can log in and finds another boot than the one named; until then a login may still end with it. */
  async #reachable({ afterBoot }: { readonly afterBoot: string }): Promise<void> {
    const deadline = performance.now() + BOOT_LIMIT_MS;
    for (;;) {
      const { code, stdout } = this.trySh(BOOT_ID);
      if (code === 0 && stdout.trim() !== afterBoot) return;
      if (performance.now() > deadline)
        throw new Error(`the lab machine can't be reached; it says:\n${this.#lastLines()}`);
      await sleep(POLL_MS);
    }
  }

  #lastLines(): string {
    const path = this.#qemu?.consoleFile;
    return path === undefined ? '' : readFileSync(path, 'latin1').split('\n').slice(-LAST_LINES).join('\n');
  }
}

/** The emulator loads the kernel itself, and some services stay away: half the time. */
function quickBoot({ kernel }: LabImage, withServices: readonly string[] = []): NonNullable<QemuOptions['kernel']> {
  const masks = LEFT_OUT.filter((name) => !withServices.includes(name)).map((name) => `systemd.mask=${name}`);
  const commandLine = ['root=/dev/vda1', 'ro', 'quiet', ...masks].join(' ');
  return { ...kernel, commandLine };
}

/** What is written goes into a file of the machine's own; all else is read from the disk behind it. */
function overlay(folder: string, backing: string): QemuOptions['disk'] {
  const path = join(folder, 'disk.qcow2');
  tool('qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', backing, path);
  return { path, format: 'qcow2' };
}
