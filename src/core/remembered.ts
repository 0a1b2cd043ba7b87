/** So many characters of questions are remembered by default: the usual files of many machines, and not one machine's flood. */
const LIMIT_CHARACTERS = 1024 * 1024;

/**
 * A pure function of a text that doesn't work out again what it was asked before: machines that are set up alike have the
 * same files. Its answers are shared, so they must not be changed. What was asked longest ago is forgotten first, and a
 * question longer than the limit is never remembered.
 */
export function remembered<Answer>(
  answer: (text: string) => Answer,
  limitCharacters: number = LIMIT_CHARACTERS,
): (text: string) => Answer {
  const known = new Map<string, { readonly answer: Answer }>();
  let characters = 0;
  const forget = (text: string): void => {
    if (known.delete(text)) characters -= text.length;
  };
  return (text) => {
    const earlier = known.get(text);
    const now = earlier ?? { answer: answer(text) };
    forget(text);
    if (text.length > limitCharacters) return now.answer;
    known.set(text, now);
    characters += text.length;
    for (const oldest of known.keys()) {
      if (characters <= limitCharacters) break;
      forget(oldest);
    }
    return now.answer;
  };
}
