/**
 * Tokens of a line of a script, for the colours behind the textarea. A line is tokenized from the state in which the one before it ended,
 * so that a key pressed costs one line. It need not be right about everything: how the server reads a script is what counts.
 *
 * A state is a short text: "" plain, "begin", "front" matter, "comment" (an HTML comment), or the fence that a block of code ends with.
 */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LEAD = /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s)?|(?:>\s?)+|\|))/;
const INLINE = /(`+)(?!`).*?[^`]\1(?!`)|<!--.*?-->|!?\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)|\*\*(?=\S).*?\S\*\*|\*(?=[^\s*]).*?[^\s*]\*|\|/g;
const YAML_KEY = /^(\s*(?:- +)*)([\w$.-]+|"[^"]*"|'[^']*')(\s*:)(?=\s|$)/;
const VALUE = /(^|\s)#.*$|"(?:[^"\\]|\\.)*"|'[^']*'/g;
const JSON_PART = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],:]/g;

/** The state at the start of a script of this format. @param {string} format */
export const initialState = (format) => (format === "markdown" ? "begin" : format);

/**
 * @param {string} text of one line
 * @param {string} state in which it begins
 * @returns {{tokens: [string, string][], state: string}} [class or "", text] of each token, and the state in which the line ends
 */
export function tokenize(text, state) {
  if (state === "yaml") return { tokens: yaml(text), state };
  if (state === "json") return { tokens: json(text), state };
  if (state === "begin" && text.trimEnd() === "---") return { tokens: [["mark", text]], state: "front" };
  if (state === "front") {
    return /^(---|\.\.\.)\s*$/.test(text) ? { tokens: [["mark", text]], state: "" } : { tokens: yaml(text), state };
  }
  if (state === "comment") return text.includes("-->") ? { tokens: [["comment", text]], state: "" } : { tokens: [["comment", text]], state };
  if (state.startsWith("`") || state.startsWith("~")) {
    const ends = text.trimStart().startsWith(state) && !text.trim().replaceAll(state[0], "");
    return ends ? { tokens: [["mark", text]], state: "" } : { tokens: [["code", text]], state };
  }
  return markdown(text);
}

/** @param {string} text @returns {{tokens: [string, string][], state: string}} */
function markdown(text) {
  const fence = text.match(FENCE)?.[1];
  if (fence) return { tokens: [["mark", text]], state: fence };
  if (/^\s*<!--/.test(text) && !text.includes("-->")) return { tokens: [["comment", text]], state: "comment" };
  const heading = text.match(/^ {0,3}#{1,6}(?=\s|$)/)?.[0];
  if (heading) return { tokens: [["mark", heading], ["heading", text.slice(heading.length)]], state: "" };
  if (/^ {0,3}(:::|([-*_])(\s*\2){2,}\s*$)/.test(text)) return { tokens: [["mark", text]], state: "" };
  const lead = text.match(LEAD)?.[0] ?? "";
  return { tokens: [["mark", lead], ...split(text.slice(lead.length), INLINE, inline)], state: "" };
}

function inline(text) {
  if (text.startsWith("`")) return "code";
  if (text.startsWith("<!--")) return "comment";
  if (text.startsWith("*")) return "strong";
  return text === "|" ? "mark" : "link";
}

/** @param {string} text @returns {[string, string][]} */
function yaml(text) {
  const [, lead = "", key = "", colon = ""] = text.match(YAML_KEY) ?? [];
  const rest = text.slice(lead.length + key.length + colon.length);
  return [["mark", lead], ["key", key], ["mark", colon], ...split(rest, VALUE, (value) => (value.trimStart().startsWith("#") ? "comment" : "code"))];
}

/** @param {string} text @returns {[string, string][]} */
function json(text) {
  return split(text, JSON_PART, (_, string, colon) => (string ? (colon ? "key" : "code") : "mark"));
}

/** The text cut where the pattern matches; `name(match, ...groups)` gives a match its class. @param {string} text @param {RegExp} pattern @param {(...match: string[]) => string} name @returns {[string, string][]} */
function split(text, pattern, name) {
  /** @type {[string, string][]} */
  const tokens = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    tokens.push(["", text.slice(from, match.index)], [name(...match), match[0]]);
    from = match.index + match[0].length;
  }
  tokens.push(["", text.slice(from)]);
  return tokens;
}

/** The format that a text seems to be in: a guess for the colours alone. The server detects it with more care. @param {string} text */
export function formatOf(text) {
  const start = text.trimStart();
  if (/^\{\s*["}]/.test(start)) return "json";
  const lines = start.split("\n", 200);
  if (lines[0].trimEnd() === "---" && lines.slice(1).some((line) => /^(---|\.\.\.)\s*$/.test(line))) return "markdown";
  const first = lines.find((line) => line.trim() && !/^(#|---|%)/.test(line)) ?? "";
  return /^["']?[A-Za-z_]\w*["']?\s*:(\s|$)/.test(first) && lines.some((line) => /^["']?scenes["']?\s*:/.test(line)) ? "yaml" : "markdown";
}
