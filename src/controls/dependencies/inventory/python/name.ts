/** The longest name that PyPI has is below a hundred characters. */
const NAME_LIMIT_CHARACTERS = 256;
/** "Name format" of https://packaging.python.org/en/latest/specifications/name-normalization/. */
const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** Whether a text can be the name of a Python package, an extra or a dependency group. */
export function isPackageName(text: string): boolean {
  return text.length <= NAME_LIMIT_CHARACTERS && NAME.test(text);
}

/** The one spelling by which names are compared (PEP 503, "Normalized Names"): `Zope.Interface` is `zope-interface`. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
