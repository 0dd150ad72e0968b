/** Finding and replacing in a text. Pure. */

/**
 * Where a text has these words, from left to right, without overlaps.
 * @param {string} text @param {string} words @param {boolean} matchCase
 * @returns {{from: number, to: number}[]}
 */
export function matchesOf(text, words, matchCase) {
  if (!words) return [];
  const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), matchCase ? "gu" : "giu");
  return [...text.matchAll(pattern)].map(({ index, 0: match }) => ({ from: index, to: index + match.length }));
}

/** The match at or after a position, the first one behind the end; -1 when there is none. @param {{from: number}[]} matches @param {number} at */
export function nextMatch(matches, at) {
  const index = matches.findIndex(({ from }) => from >= at);
  return index < 0 && matches.length ? 0 : index;
}

/** The match before a position, the last one before the start. @param {{to: number}[]} matches @param {number} at */
export function previousMatch(matches, at) {
  const index = matches.findLastIndex(({ to }) => to <= at);
  return index < 0 ? matches.length - 1 : index;
}

/** The text with every match replaced. @param {string} text @param {{from: number, to: number}[]} matches @param {string} replacement */
export function replaceAll(text, matches, replacement) {
  let result = "";
  let at = 0;
  for (const { from, to } of matches) {
    result += text.slice(at, from) + replacement;
    at = to;
  }
  return result + text.slice(at);
}
