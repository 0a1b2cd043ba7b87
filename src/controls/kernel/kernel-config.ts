/** How the kernel was built, as far as it is known. */
export interface KernelConfig {
  /** `/proc/config.gz` or `/boot/config-<release>`; `null` when neither can be read. */
  readonly source: string | null;
  /** Only the options that were asked for; one that is not set, or that the kernel doesn't know, is missing. */
  readonly options: Readonly<Record<string, string>>;
}

/** Takes the asked-for options out of a configuration: `CONFIG_X=y`, `CONFIG_X=m`, `CONFIG_X="text"`. */
export function parseKernelConfig(text: string, wanted: ReadonlySet<string>): Readonly<Record<string, string>> {
  const options: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(0, equals));
    if (wanted.has(name)) options[name] = line.slice(equals + 1);
  }
  return options;
}

/** Why the kernel can't have what needs an option; `undefined` when it has the option, or when nobody knows. */
export function lacksOption({ source, options }: KernelConfig, option: string): string | undefined {
  if (source === null || options[option] !== undefined) return undefined;
  return `this kernel is built without ${option} (${source})`;
}
