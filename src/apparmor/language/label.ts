/** `:ns:name` and `:ns://name`, with `&` before it or not (parse_label of parser_misc.c). */
export type Label =
  | { readonly kind: 'label'; readonly isStacked: boolean; readonly namespace?: string; readonly name: string }
  | { readonly kind: 'problem'; readonly message: string };

export function readLabel(text: string): Label {
  const isStacked = text.startsWith('&');
  const rest = isStacked ? text.slice(1) : text;
  if (!rest.startsWith(':'))
    return rest === ''
      ? { kind: 'problem', message: 'the name of a profile is empty' }
      : { kind: 'label', isStacked, name: rest };
  const end = rest.indexOf(':', 1);
  if (end === -1) return { kind: 'problem', message: 'the name of a namespace is not closed by “:”' };
  const namespace = rest.slice(1, end);
  if (namespace === '') return { kind: 'problem', message: 'the name of a namespace is empty' };
  const name = rest.slice(end + 1).replace(/^\/\//, '');
  return name === ''
    ? { kind: 'problem', message: 'the name of a profile is empty' }
    : { kind: 'label', isStacked, namespace, name };
}

export function hasNamespace(text: string): boolean {
  const label = readLabel(text);
  return label.kind === 'label' && label.namespace !== undefined;
}
