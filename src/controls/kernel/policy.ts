import { z } from 'zod';
import { SEVERITIES, type Severity } from '../../core/severity.ts';

const DEFAULT_SYSCTL_FILE = '/etc/sysctl.d/zz-freehold.conf';
const DEFAULT_MODPROBE_FILE = '/etc/modprobe.d/99-freehold.conf';
const DEFAULT_GRUB_FILE = '/etc/default/grub.d/99-freehold.cfg';

/** One line of printable text: a newline in a value would add a line of its own to a configuration file. */
const oneLine = z.string().regex(/^[^\p{Cc}]*$/u, 'must be one line without control characters');

const severity = z.enum(SEVERITIES).describe('How bad it is when this wish is not met; overrides the catalogue.');
const why = oneLine.min(1).describe('Why this organisation wants it; shown in reports beside the catalogue text.');

const sysctlScalar = z.union([z.int().transform(String), oneLine.min(1)]);

interface Emphasis {
  readonly severity?: Severity | undefined;
  readonly why?: string | undefined;
}

/** What a sysctl must be. */
export interface SysctlWish extends Emphasis {
  readonly value: string;
}

/** What a boot parameter must, or must not, be; `true` for any value. */
export interface BootWish extends Emphasis {
  readonly value: string | true;
}

/** What a module must be; blocked is the only wish there is. */
export type ModuleWish = Emphasis;

const sysctlWish = z
  .union([
    sysctlScalar.transform((value): SysctlWish => ({ value })),
    z.strictObject({ value: sysctlScalar, severity: severity.optional(), why: why.optional() }),
    z.null(),
  ])
  .describe('The wanted value; `null` takes back what a preset asks for.');

/** As sysctl(8) spells keys: letters, digits, `_`, `-`, `:`, `@`, dots, and slashes for the dots of an interface's name. */
const sysctlKey = z
  .string()
  .regex(
    /^[A-Za-z0-9_][\w.:@/-]*$/,
    'must be a sysctl key such as net.ipv4.ip_forward or net.ipv4.conf.eth0/100.rp_filter',
  )
  .refine((key) => !/(^|[./])\.{0,2}([./]|$)/.test(key), 'must not have empty or dot-only parts');

const parameterName = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.-]*$/, 'must be the name of a kernel parameter, without its value');
const parameterValue = z.union([
  z.int().transform(String),
  oneLine.regex(/^[^\s"'\\$`]+$/, 'must not have spaces, quotes or shell characters'),
]);

const bootWish = z
  .union([
    z.union([z.literal(true), parameterValue]).transform((value): BootWish => ({ value })),
    z.strictObject({
      value: z.union([z.literal(true), parameterValue]),
      severity: severity.optional(),
      why: why.optional(),
    }),
    z.null(),
  ])
  .describe('`true` for the parameter itself whatever its value, or the value it must (or must not) have.');

const moduleName = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be the name of a kernel module');

const moduleWish = z
  .union([
    z.literal('blocked').transform((): ModuleWish => ({})),
    z.strictObject({ state: z.literal('blocked'), severity: severity.optional(), why: why.optional() }),
    z.null(),
  ])
  .describe('`blocked`: not loaded, and modprobe refuses to load it.');

const absolutePath = z.string().regex(/^\/[^\p{Cc}]*$/u, 'must be an absolute path');
const inDirectory = (directory: string, suffix: string) =>
  absolutePath.refine(
    (path) => path.startsWith(directory) && path.endsWith(suffix) && !path.slice(directory.length).includes('/'),
    `must be a file ${directory}*${suffix}`,
  );

/** The `kernel:` section of a blueprint. */
export const kernelPolicy = z.strictObject({
  sysctl: z
    .record(sysctlKey, sysctlWish)
    .default({})
    .describe('Kernel parameters (/proc/sys) by key: what each must be, now and after the next boot.'),
  file: inDirectory('/etc/sysctl.d/', '.conf')
    .default(DEFAULT_SYSCTL_FILE)
    .describe('The file Freehold writes sysctl settings to.'),
  boot: z
    .strictObject({
      required: z.record(parameterName, bootWish).default({}).describe('Parameters the kernel must be booted with.'),
      forbidden: z
        .record(parameterName, bootWish)
        .default({})
        .describe('Parameters the kernel must not be booted with.'),
      file: inDirectory('/etc/default/grub.d/', '.cfg')
        .default(DEFAULT_GRUB_FILE)
        .describe('The file Freehold writes boot parameters to where GRUB boots the machine.'),
    })
    .prefault({})
    .describe('The kernel command line, now and at the next boot.'),
  modules: z.record(moduleName, moduleWish).default({}).describe('Kernel modules by name: what must not be loadable.'),
  modprobeFile: inDirectory('/etc/modprobe.d/', '.conf')
    .default(DEFAULT_MODPROBE_FILE)
    .describe('The file Freehold writes blocked modules to.'),
});

export type KernelPolicy = z.output<typeof kernelPolicy>;
