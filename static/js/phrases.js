/**
 * Sentences with gaps, as the labels of the server have them. videogen/web/phrases.py reads the same notation.
 *
 * `{name}` is a value of that name, `{name>0}` a number greater than that, `{name?text}` a text for a value that is true, and
 * `{name|format}` a value in a format. A phrase with a gap that nothing fills is left out.
 */

const GAP = /\{(\w+)(?:>(\d+)|\?([^}]*)|\|(\w+))?\}/g;

/**
 * The phrases whose gaps all have values, filled.
 * @param {readonly string[]} phrases
 * @param {Record<string, any>} values
 * @param {Record<string, (value: any) => string>} formats
 * @returns {string[]}
 */
export function fill(phrases, values, formats) {
  const filled = [];
  for (const phrase of phrases) {
    let whole = true;
    const text = phrase.replace(GAP, (_, name, least, word, format) => {
      const value = valueOf(values[name], least, word, formats[format]);
      whole &&= value !== null;
      return value ?? "";
    });
    if (whole) filled.push(text);
  }
  return filled;
}

/**
 * @param {any} value
 * @param {string | undefined} least
 * @param {string | undefined} word
 * @param {((value: any) => string) | undefined} format
 * @returns {string | null} null for a gap that nothing fills
 */
function valueOf(value, least, word, format) {
  if (value == null || value === "") return null;
  if (least !== undefined) return typeof value === "number" && value > Number(least) ? String(value) : null;
  if (word !== undefined) return value ? word : null;
  return format ? format(value) : String(value);
}
