/**
 * Whether a name matches a list with commas in it, by ssh_config(5) PATTERNS: `*`, `?`, and `!` for what must not match.
 * Only a positive pattern makes a match, and a negated one undoes it.
 */
export function matchesPatternList(name: string, list: string): boolean {
  let isMatched = false;
  for (const item of list.split(',')) {
    const isNegated = item.startsWith('!');
    if (!matchesPattern(name, isNegated ? item.slice(1) : item)) continue;
    if (isNegated) return false;
    isMatched = true;
  }
  return isMatched;
}

/** Goes back to the last `*` only, so it takes no more steps than the two lengths multiplied. */
function matchesPattern(name: string, pattern: string): boolean {
  let inName = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (inName < name.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      afterStar = inName;
      inPattern += 1;
    } else if (wanted === '?' || wanted === name[inName]) {
      inName += 1;
      inPattern += 1;
    } else if (star !== -1) {
      afterStar += 1;
      inName = afterStar;
      inPattern = star + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
