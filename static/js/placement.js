/**
 * Where a file's scene is inserted into a script, and how its name is written there. Loaded when a file is first added.
 *
 * A block is never inserted into another one: not into front matter, code, a table, a list, a quotation, a comment, `:::`, nor between two
 * lines of a paragraph. It is inserted after the block of the caret.
 */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST = /^ {0,3}([-*+]|\d{1,9}[.)])(\s|$)/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const HEADING = /^ {0,3}#{1,6}(\s|$)/;
const PICTURE = /^!\[[^\]]*\]\((<[^>]*>|[^)\s]*)\)\s*(\{[^}]*\})?\s*$|^<!--\s*recording:[^>]*-->\s*$/;
const AUTHOR = /^\s{0,3}(—|–|--)/;
const CONTINUES = { list: /^(\s+\S|\s{0,3}([-*+]|\d{1,9}[.)])(\s|$))/, footnote: /^\s+\S/, quote: AUTHOR };

/** Whether another block may stand before each line of a Markdown text; the last entry is its end. @returns {boolean[]} */
export function gaps(text) {
  const lines = text.split("\n");
  const free = [];
  const follows = new Array(lines.length); // the next line that is not empty
  for (let index = lines.length - 1, last = lines.length; index >= 0; index -= 1) follows[index] = last = lines[index].trim() ? index : last;
  let inside = lines[0]?.trimEnd() === "---" && lines.slice(1).some(isFrontEnd) ? "front" : "";
  let depth = 0; // of :::
  let block = ""; // what the last block was that may go on after an empty line: list, footnote, quote
  let blank = true; // whether the line before was empty, or ended a block by itself
  lines.forEach((line, index) => {
    const next = lines[follows[index]] ?? "";
    const goesOn = block && blank && CONTINUES[block].test(next);
    free.push(!inside && depth === 0 && blank && !goesOn && !/^ {0,3}:\s/.test(next));
    const was = inside;
    [inside, depth] = openAfter(line, inside, depth, index);
    if (was || inside) {
      block = goesOn || was || !blank ? block : "";
      blank = !inside;
    } else if (!line.trim()) {
      blank = true;
    } else {
      if (blank && !goesOn) block = LIST.test(line) && !RULE.test(line) ? "list" : /^\[\^[^\]]+\]:/.test(line) ? "footnote" : line.startsWith(">") ? "quote" : "";
      blank = HEADING.test(line) || RULE.test(line) && blank || /^\s*:::/.test(line);
    }
  });
  free.push(!inside && depth === 0);
  return free;
}

const isFrontEnd = (line) => /^(---|\.\.\.)\s*$/.test(line);

/**
 * What a line leaves open: [front | a fence's mark | comment | $$ | "", how deep it is in `:::`].
 * @param {string} line
 * @param {string} inside
 * @param {number} depth
 * @param {number} index
 * @returns {[string, number]}
 */
function openAfter(line, inside, depth, index) {
  if (inside === "front") return [index > 0 && isFrontEnd(line) ? "" : inside, depth];
  if (inside === "comment") return [line.includes("-->") ? "" : inside, depth];
  if (inside === "$$") return [line.includes("$$") ? "" : inside, depth];
  if (inside) return [line.trimStart().startsWith(inside) && !line.trim().replaceAll(inside[0], "") ? "" : inside, depth];
  const fence = line.match(FENCE)?.[1] ?? line.match(/^\s+(?:[-*+]\s+)?(`{3,}|~{3,})/)?.[1];
  if (fence) return [fence, depth];
  if (line.lastIndexOf("<!--") > line.lastIndexOf("-->")) return ["comment", depth];
  if (/^\s*\$\$/.test(line) && line.split("$$").length % 2 === 0) return ["$$", depth];
  if (/^\s*:{3,}\s*$/.test(line)) return ["", Math.max(0, depth - 1)];
  return ["", depth + (/^\s*:{3,}\s*\S/.test(line) ? 1 : 0)];
}

/**
 * Where a block is inserted near `caret`, and the text of it with the empty lines that it needs.
 *
 * On the empty line of a caret between two blocks, else after the block of the caret. Nothing that is written is removed.
 * @param {string} text
 * @param {string} block
 * @param {number} caret
 * @param {(line: string) => boolean} isBefore whether a picture that is there already stays before the new one
 * @returns {{from: number, to: number, text: string}}
 */
export function placeInMarkdown(text, block, caret, isBefore = () => true) {
  const lines = text.split("\n");
  const free = gaps(text);
  const line = text.slice(0, caret).split("\n").length - 1;
  let gap = free[line] && !lines[line].trim() ? line : free.indexOf(true, line + 1);
  if (gap < 0) gap = Math.max(0, free.lastIndexOf(true, line)); // inside a block that is never closed: before it
  gap = lines.slice(0, gap).findLastIndex((text) => text.trim()) + 1;
  // Files that were added a moment ago are here already, and keep their order.
  while (gap > 0 && PICTURE.test(lines[gap - 1]) && !isBefore(lines[gap - 1])) gap = lines.slice(0, gap - 1).findLastIndex((text) => text.trim()) + 1;
  if (gap <= line || lines[line].trim()) gap = afterPictures(lines, gap, line, isBefore);
  const head = lines.slice(0, gap).join("\n").trimEnd();
  const from = head.length;
  const blank = text.slice(from).match(/^\s*\n|^\s*$/)?.[0] ?? "";
  const within = caret > from && caret <= from + blank.length;
  const there = blank.slice(0, within ? caret - from : undefined).split("\n").length - 1;
  const wanted = within || from + blank.length < text.length ? 2 : 1;
  return { from, to: from, text: (head ? "\n\n" : "") + block + "\n".repeat(Math.max(0, wanted - there)) };
}

/** The line after the pictures that follow from `gap` on and stay before the new one; those after the caret's empty line do not count. */
function afterPictures(lines, gap, line, isBefore) {
  for (let at = gap; at < lines.length; at += 1) {
    if (at === line && !lines[at].trim()) break;
    if (!lines[at].trim()) continue;
    if (!PICTURE.test(lines[at]) || !isBefore(lines[at])) break;
    gap = at + 1;
  }
  return gap;
}

/**
 * Where an item is inserted into the list `scenes` of a YAML script, after the one of the caret; null where that is unknown.
 *
 * @param {string} text
 * @param {Record<string, string>} fields
 * @param {number} caret
 * @param {(item: string) => boolean} isEarlier whether an item that follows is of a file that was added before this one
 * @returns {{from: number, to: number, text: string} | null}
 */
export function placeInYaml(text, fields, caret, isEarlier = (/** @type {string} */ _item) => false) {
  const lines = text.split("\n");
  const top = lines.findIndex((line) => /^["']?scenes["']?\s*:\s*(#.*)?$/.test(line));
  if (top < 0) return null;
  const end = lines.findIndex((line, index) => index > top && /^[^\s#-]/.test(line));
  const last = end < 0 ? lines.length : end;
  const first = lines.findIndex((line, index) => index > top && index < last && /^\s*- /.test(line));
  const indent = first < 0 ? "  " : lines[first].match(/^\s*/)[0];
  const caretLine = text.slice(0, caret).split("\n").length - 1;
  let next = last;
  if (first >= 0 && caretLine < last) {
    const begins = lines.flatMap((line, index) => (index > Math.max(caretLine, first) && index < last && line.startsWith(`${indent}- `) ? [index] : []));
    next = begins.find((begin, index) => !isEarlier(lines.slice(begin, begins[index + 1] ?? last).join("\n"))) ?? last;
  }
  const head = lines.slice(0, next).join("\n").trimEnd();
  const rest = lines.slice(next).join("\n");
  const item = Object.entries(fields).map(([name, value], index) => `${indent}${index ? "  " : "- "}${name}: ${yamlText(value)}`).join("\n");
  return { from: head.length, to: text.length - rest.length, text: `\n${item}\n` };
}

/**
 * As `placeInYaml`, of an object in the list `scenes` of a JSON script; null for JSON that does not parse.
 * @param {string} text
 * @param {Record<string, string>} fields
 * @param {number} caret
 * @returns {{from: number, to: number, text: string} | null}
 */
export function placeInJson(text, fields, caret, isEarlier = (/** @type {string} */ _item) => false) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const list = scenesOfJson(text);
  if (!list) return null;
  const { items, begin } = list;
  const written = JSON.stringify(fields).replaceAll('":"', '": "').replaceAll('","', '", "');
  if (!items.length) return { from: begin, to: begin, text: written };
  let index = items.findLastIndex(([start]) => start <= caret);
  if (index < 0) index = items.length - 1;
  while (index + 1 < items.length && isEarlier(text.slice(...items[index + 1]))) index += 1;
  const [start, end] = items[index];
  const indent = text.slice(text.lastIndexOf("\n", start) + 1, start);
  return { from: end, to: end, text: `,${text.includes("\n") && !indent.trim() ? `\n${indent}` : " "}${written}` };
}

/**
 * The [start, end] of each item of the top level's `scenes`, and where the list begins; null without such a list.
 * @param {string} text of JSON that parses
 * @returns {{items: [number, number][], begin: number} | null}
 */
function scenesOfJson(text) {
  /** @type {[number, number][]} */
  const items = [];
  let begin = 0;
  let depth = 0;
  let listed = -1; // the depth within `scenes`
  let key = "";
  let start = -1;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]|,/g)) {
    if (token.startsWith('"')) {
      if (depth === 1 && /^\s*:/.test(text.slice(index + token.length, index + token.length + 50))) key = JSON.parse(token);
    } else if (token === "{" || token === "[") {
      depth += 1;
      if (token === "[" && depth === 2 && key === "scenes" && listed < 0) [listed, begin] = [2, index + 1];
      else if (depth === listed + 1) start = index;
    } else if (token !== ",") {
      if (depth === listed + 1 && start >= 0) items.push([start, index + 1]);
      if (depth === listed) return { items, begin };
      depth -= 1;
    }
  }
  return null;
}

/** A file's name as a Markdown destination that is read back as that name. */
export function markdownName(name) {
  const safe = name.replace(/[%?#<>\\]/g, (mark) => encodeURIComponent(mark).replace(/^\\$/, "%5C")).replace(/^([A-Za-z][A-Za-z0-9+.-]*):/, "$1%3A");
  return /[\s()[\]`*_&"']/.test(safe) ? `<${safe}>` : safe;
}

/** A text as YAML reads it back: plain where that is sure. */
function yamlText(value) {
  return /^[A-Za-z\p{L}][\p{L}\p{N}._/-]*$/u.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value) ? value : JSON.stringify(value);
}

/** The last part of a path, as one name whatever it is made of. */
const lastPart = (name) => name.split("/").at(-1).normalize("NFC");

/** The offset at which a script names a file already, or -1. Of a path in the script its last part counts. @param {string} text @param {string} name @param {string} format */
export function namedAt(text, name, format) {
  const wanted = lastPart(name);
  const pattern = format === "markdown" ? /!?\]\(\s*(?:<([^<>\n]*)>|([^()\s]*(?:\([^()\s]*\)[^()\s]*)*))|<!--\s*recording:\s*(.*?)\s*-->|\bsrc\s*=\s*["']([^"'\n]+)["']|!\[\[([^\]|\n]+)|^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s>]+)|^ {0,3}(?:`{3,}|~{3,}|:{3,})[^\n]*?\s([^\s{}]+\.\w+)[ \t}]*$/gim
    : format === "yaml" ? /^\s*(?:- )?["']?(?:file|csv|recording|background|logo|music)["']?\s*:[ \t]*(.+?)[ \t]*$|\b(?:file|csv|recording)\s*:\s*([^,}\n]+)/gim
      : /"(?:[^"\\]|\\.)*"/g;
  for (const match of text.matchAll(pattern)) {
    const destination = match.slice(1).find((group) => group !== undefined) ?? match[0];
    if (readings(destination).some((path) => lastPart(path) === wanted)) return match.index;
  }
  return -1;
}

/** What a destination may mean: as it stands, without quotes, without its query, decoded. */
function readings(destination) {
  let plain = destination.trim();
  if (/^".*"$/s.test(plain)) plain = parsed(plain);
  else if (/^'.*'$/s.test(plain)) plain = plain.slice(1, -1).replaceAll("''", "'");
  let decoded = plain.split(/[?#]/)[0];
  try {
    decoded = decodeURIComponent(decoded);
  } catch {
    // a lone percent sign
  }
  return [plain, decoded];
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}
