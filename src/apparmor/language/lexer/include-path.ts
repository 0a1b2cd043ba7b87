/** A path below a folder; absolute ones are what they are. */
export function below(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder}/${path}`;
}

export function withoutEndSlash(path: string): string {
  return path.length > 1 ? path.replace(/(?<!\/)\/+$/, '') : path;
}
