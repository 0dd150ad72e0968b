/**
 * What is what in a line of a script, for the colours behind the textarea. A line is read knowing only the state in which the one before
 * it ended, so that a key pressed costs one line. It need not be right about everything: what the server makes of a script is what counts.
 *
 * A state is a short text: "" plain, "begin", "front" matter, "note" (an HTML comment), or the fence that a block of code ends with.
 */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LEAD = /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s)?|(?:>\s?)+|\|))/;
const INLINE = /(`+)(?!`).*?[^`]\1(?!`)|<!--.*?-->|!?\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)|\*\*(?=\S).*?\S\*\*|\*(?=[^\s*]).*?[^\s*]\*|\|/g;
const YAML_KEY = /^(\s*(?:- +)*)([\w$.-]+|"[^"]*"|'[^']*')(\s*:)(?=\s|$)/;
const VALUE = /(^|\s)#.*$|"(?:[^"\\]|\\.)*"|'[^']*'/g;
const JSON_PART = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],:]/g;

/** The state in which a script of this format begins. */
export const beginning = (format) => (format === "markdown" ? "begin" : format);

/**
 * @param {string} text of one line
 * @param {string} state in which it begins
 * @returns {{pieces: [string, string][], state: string}} pieces of [class or "", text], and the state in which the line ends
 */
export function read(text, state) {
  if (state === "yaml") return { pieces: yaml(text), state };
  if (state === "json") return { pieces: json(text), state };
  if (state === "begin" && text.trimEnd() === "---") return { pieces: [["mark", text]], state: "front" };
  if (state === "front") {
    return /^(---|\.\.\.)\s*$/.test(text) ? { pieces: [["mark", text]], state: "" } : { pieces: yaml(text), state };
  }
  if (state === "note") return text.includes("-->") ? { pieces: [["note", text]], state: "" } : { pieces: [["note", text]], state };
  if (state.startsWith("`") || state.startsWith("~")) {
    const ends = text.trimStart().startsWith(state) && !text.trim().replaceAll(state[0], "");
    return ends ? { pieces: [["mark", text]], state: "" } : { pieces: [["code", text]], state };
  }
  return markdown(text);
}

function markdown(text) {
  const fence = text.match(FENCE)?.[1];
  if (fence) return { pieces: [["mark", text]], state: fence };
  if (/^\s*<!--/.test(text) && !text.includes("-->")) return { pieces: [["note", text]], state: "note" };
  const heading = text.match(/^ {0,3}#{1,6}(?=\s|$)/)?.[0];
  if (heading) return { pieces: [["mark", heading], ["heading", text.slice(heading.length)]], state: "" };
  if (/^ {0,3}(:::|([-*_])(\s*\2){2,}\s*$)/.test(text)) return { pieces: [["mark", text]], state: "" };
  const lead = text.match(LEAD)?.[0] ?? "";
  return { pieces: [["mark", lead], ...split(text.slice(lead.length), INLINE, inline)], state: "" };
}

function inline(found) {
  if (found.startsWith("`")) return "code";
  if (found.startsWith("<!--")) return "note";
  if (found.startsWith("*")) return "strong";
  return found === "|" ? "mark" : "link";
}

function yaml(text) {
  const [, lead = "", key = "", colon = ""] = text.match(YAML_KEY) ?? [];
  const rest = text.slice(lead.length + key.length + colon.length);
  return [["mark", lead], ["key", key], ["mark", colon], ...split(rest, VALUE, (found) => (found.trimStart().startsWith("#") ? "note" : "code"))];
}

function json(text) {
  return split(text, JSON_PART, (found, string, colon) => (string ? (colon ? "key" : "code") : "mark"));
}

/** The text cut where the pattern matches; `name(match, ...groups)` gives a match its class. */
function split(text, pattern, name) {
  const pieces = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.push(["", text.slice(from, match.index)], [name(...match), match[0]]);
    from = match.index + match[0].length;
  }
  pieces.push(["", text.slice(from)]);
  return pieces;
}

/** The format that a text seems to be in, as videogen/script/__init__.py finds it. */
export function formatOf(text) {
  const start = text.trimStart();
  if (/^\{\s*["}]/.test(start)) return "json";
  const lines = start.split("\n", 200);
  if (lines[0].trimEnd() === "---" && lines.slice(1).some((line) => /^(---|\.\.\.)\s*$/.test(line))) return "markdown";
  const first = lines.find((line) => line.trim() && !/^(#|---|%)/.test(line)) ?? "";
  return /^["']?[A-Za-z_]\w*["']?\s*:(\s|$)/.test(first) && lines.some((line) => /^["']?scenes["']?\s*:/.test(line)) ? "yaml" : "markdown";
}
