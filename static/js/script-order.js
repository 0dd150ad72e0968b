/**
 * Another order of scenes, in the text of the script. Pure: the storyboard knows at which line each scene begins.
 *
 * A scene that has a heading takes along those below it that have none. What rules scenes off (empty lines and `---`) stays in its place.
 */

const HEADING = /^ {0,3}#{1,6}\s/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const RULE = /^ {0,3}---\s*$/;
const FIELD = /^\s*[\w-]+\s*:/;

/**
 * @typedef {{text: string, begins: number[], order: number[]}} Moved `order[i]` is the index that the scene at i had before
 * @typedef {{from: number, to: number, heads: boolean}} Block lines from..to, from 0, without `to`
 */

/**
 * Moves a scene to where another one stands; null where the text has no such order.
 * @param {string} text @param {number[]} begins the line, from 1, at which each scene begins; 0 where it has none
 * @param {number} scene index of the one that is moved @param {number} target index of the other one
 * @param {string} format @returns {Moved | null}
 */
export function moveScene(text, begins, scene, target, format) {
  if (format === "json") return null;
  const lines = text.split("\n");
  const blocks = blocksOf(lines, begins, format);
  const blockOf = begins.map((line) => (line ? blocks.findLastIndex(({ from }) => from < line) : -1)); // -1: of the front matter
  if (blockOf[scene] < 0 || blockOf[target] < 0) return null;
  const order = blockOrder(blocks, blockOf[scene], blockOf[target]);
  if (!order) return null;
  return arrange(lines, blocks, order, begins, blockOf);
}

/** @param {string[]} lines @param {number[]} begins @param {string} format @returns {Block[]} */
function blocksOf(lines, begins, format) {
  const front = format === "markdown" && lines[0].trimEnd() === "---" ? lines.findIndex((line, index) => index && RULE.test(line)) + 1 : 0;
  const starts = [...new Set(begins.filter((line) => line > front))].sort((one, other) => one - other);
  const fenced = insideFences(lines);
  const heads = starts.map((line, index) => (format === "markdown" ? ruledFrom(lines, fenced, starts[index - 1] ?? front, line - 1) : line - 1));
  return heads.map((from, index) => {
    const to = heads[index + 1] ?? endOf(lines, starts[index] - 1, format);
    return { from, to, heads: format !== "markdown" || from < starts[index] - 1 || HEADING.test(lines[starts[index] - 1]) };
  });
}

/** Which lines stand in fenced code. @param {string[]} lines */
function insideFences(lines) {
  let fence = "";
  return lines.map((line) => {
    const mark = line.match(FENCE)?.[1] ?? "";
    const inside = fence !== "";
    if (!fence) fence = mark;
    else if (mark.startsWith(fence) && line.trim() === mark) fence = "";
    return inside || fence !== "";
  });
}

/** The line after the rule that parts a scene from the one before; the scene's own first line where there is none. */
function ruledFrom(/** @type {string[]} */ lines, /** @type {boolean[]} */ fenced, /** @type {number} */ after, /** @type {number} */ at) {
  const isRule = (/** @type {number} */ index) => RULE.test(lines[index]) && !fenced[index];
  let rule = at - 1;
  while (rule >= after && !isRule(rule)) rule -= 1;
  if (rule < after) return at;
  let opening = rule - 1; // fields of the slide between two rules
  while (opening >= after && FIELD.test(lines[opening])) opening -= 1;
  if (opening < rule - 1 && opening >= after && isRule(opening)) return opening;
  return lines.findIndex((line, index) => index > rule && (line.trim() || index === at));
}

/** Where the last scene ends: in YAML before what belongs to the script again. @param {string[]} lines @param {number} at @param {string} format */
function endOf(lines, at, format) {
  if (format !== "yaml") return lines.length;
  const indent = lines[at].search(/\S/);
  const end = lines.findIndex((line, index) => index > at && line.trim() && !line.trimStart().startsWith("#") && line.search(/\S/) < Math.max(indent, 1) && !/^\s*-\s/.test(line));
  return end < 0 ? lines.length : end;
}

/** The blocks in their new order, as indexes; null where nothing moves. @param {Block[]} blocks @param {number} block @param {number} target */
function blockOrder(blocks, block, target) {
  const unit = (/** @type {number} */ index) => {
    const first = blocks.findLastIndex(({ heads }, at) => at <= index && (heads || at === 0));
    const next = blocks.findIndex(({ heads }, at) => at > index && heads);
    return [first, next < 0 ? blocks.length : next];
  };
  const [first, end] = unit(block);
  const indexes = blocks.map((_, index) => index);
  if (block !== first) {
    // One without a heading stays below the heading that it has.
    const place = Math.min(Math.max(target, first + 1), end - 1);
    if (place === block) return null;
    indexes.splice(place, 0, ...indexes.splice(block, 1));
    return indexes;
  }
  const [targetFirst, targetEnd] = unit(target);
  if (targetFirst === first) return null;
  const moved = indexes.splice(first, end - first);
  const place = targetFirst < first ? targetFirst : targetEnd - moved.length;
  indexes.splice(place, 0, ...moved);
  return indexes;
}

/** @param {string[]} lines @param {Block[]} blocks @param {number[]} order @param {number[]} begins @param {number[]} blockOf @returns {Moved} */
function arrange(lines, blocks, order, begins, blockOf) {
  const parts = blocks.map(({ from, to }) => {
    let end = to;
    while (end > from + 1 && (!lines[end - 1].trim() || RULE.test(lines[end - 1]))) end -= 1;
    return { body: lines.slice(from, end), gap: lines.slice(end, to) };
  });
  const result = lines.slice(0, blocks[0].from);
  const startOf = new Map();
  order.forEach((block, place) => {
    startOf.set(block, result.length);
    result.push(...parts[block].body, ...parts[place].gap);
  });
  result.push(...lines.slice(blocks[blocks.length - 1].to));
  // Scenes that the script has no lines for, such as its title and its end, stay where they are shown.
  const movable = begins.map((_, index) => index).filter((index) => blockOf[index] >= 0);
  const ordered = [...movable].sort((one, other) => order.indexOf(blockOf[one]) - order.indexOf(blockOf[other]) || one - other);
  const scenes = begins.map((_, index) => (blockOf[index] < 0 ? index : ordered[movable.indexOf(index)]));
  const moved = (/** @type {number} */ index) => (blockOf[index] < 0 ? begins[index] : begins[index] + startOf.get(blockOf[index]) - blocks[blockOf[index]].from);
  return { text: result.join("\n"), begins: scenes.map(moved), order: scenes };
}
