/** e_machine of the ELF header (elf(5), include/uapi/linux/elf-em.h) as uname(2) calls such a machine. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'i686'],
  [8, 'mips'],
  [20, 'ppc'],
  [21, 'ppc64'],
  [22, 's390x'],
  [40, 'armv7l'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
  [258, 'loongarch64'],
]);

export const ELF_HEADER_BYTES = 20;
const MAGIC = '\x7fELF';
const DATA_ENCODING = 5;
const LITTLE_ENDIAN = 1;
const MACHINE = 18;

/** What kind of machine a program was built for; `undefined` when it is no program, or for a machine that isn't known. */
export function machineOfProgram(head: Buffer): string | undefined {
  if (head.length < ELF_HEADER_BYTES || head.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const isLittle = head[DATA_ENCODING] === LITTLE_ENDIAN;
  const machine = MACHINES.get(isLittle ? head.readUInt16LE(MACHINE) : head.readUInt16BE(MACHINE));
  return machine === 'ppc64' && isLittle ? 'ppc64le' : machine;
}
