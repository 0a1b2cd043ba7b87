import { readClassicBlocks } from '../../controls/dependencies/inventory/node/yarn-classic-blocks.ts';

/** A yarn.lock of Yarn 1 without what it says of some packages: Yarn resolves anew what is missing, and that only. */
export function forgetInYarnLock(text: string, names: readonly string[]): string {
  const lines = text.split('\n');
  const blocks = readClassicBlocks(text, 'yarn.lock', []);
  const forgotten = new Set<number>();
  for (const [index, { line, descriptors }] of blocks.entries()) {
    if (!descriptors.some((descriptor) => names.includes(nameOf(descriptor)))) continue;
    const end = blocks[index + 1]?.line ?? lines.length + 1;
    for (let at = line; at < end; at += 1) forgotten.add(at);
  }
  return lines.filter((_, index) => !forgotten.has(index + 1)).join('\n');
}

/** `@scope/name@^1.0.0` */
function nameOf(descriptor: string): string {
  return descriptor.slice(0, descriptor.indexOf('@', 1));
}
