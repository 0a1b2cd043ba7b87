/** The blueprints that ship with Freehold: of the kernel, mildest first, of installed packages, of what lies on the disk, and of what is confined. */
export const PRESETS = [
  'baseline',
  'workstation',
  'server',
  'strict',
  'dependencies',
  'integrity',
  'confinement',
] as const;
