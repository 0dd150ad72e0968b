import assert from "node:assert/strict";
import { test } from "node:test";
import { moveScene } from "../../static/js/script-order.js";

const SCRIPT = "---\ntitle: T\n---\n\n## One\n\nFirst.\n\n## Two\n\nSecond.\n\n![](a.png)\n\n## Three\n\nThird.\n";
const BEGINS = [1, 5, 9, 13, 15]; // the title, three headings, and a picture below the second

const linesAt = ({ text, begins }) => begins.map((line) => text.split("\n")[line - 1]);

test("a scene changes places with its neighbour, and the lines of all follow", () => {
  const moved = moveScene(SCRIPT, BEGINS, 1, 2, "markdown");
  assert.equal(moved.text, "---\ntitle: T\n---\n\n## Two\n\nSecond.\n\n![](a.png)\n\n## One\n\nFirst.\n\n## Three\n\nThird.\n");
  assert.deepEqual(moved.order, [0, 2, 3, 1, 4]);
  assert.deepEqual(linesAt(moved), ["---", "## Two", "![](a.png)", "## One", "## Three"]);
});

test("moving there and back leaves the script as it was", () => {
  const there = moveScene(SCRIPT, BEGINS, 1, 4, "markdown");
  assert.ok(there.text.endsWith("Third.\n\n## One\n\nFirst.\n"));
  const back = moveScene(there.text, there.begins, there.order.indexOf(1), there.order.indexOf(2), "markdown");
  assert.equal(back.text, SCRIPT);
  assert.deepEqual(back.begins, BEGINS);
});

test("a scene without a heading stays below the one that it has", () => {
  assert.equal(moveScene(SCRIPT, BEGINS, 3, 4, "markdown"), null);
  const two = "## A\n\nText.\n\n![](a.png)\n\n![](b.png)\n\n## B\n\nEnd.";
  assert.equal(moveScene(two, [1, 5, 7, 9], 1, 3, "markdown").text, "## A\n\nText.\n\n![](b.png)\n\n![](a.png)\n\n## B\n\nEnd.");
});

test("rules between slides stay where they are, and fields of a slide go along", () => {
  const deck = "# A\n\na\n\n---\n\n<!-- _class: lead -->\n# B\n\nb\n\n---\nlayout: quote\n---\n\n# C\n\nc";
  const moved = moveScene(deck, [1, 8, 16], 1, 0, "markdown");
  assert.equal(moved.text, "<!-- _class: lead -->\n# B\n\nb\n\n---\n\n# A\n\na\n\n---\nlayout: quote\n---\n\n# C\n\nc");
});

test("scenes of YAML move with all their fields, and what comes after them stays", () => {
  const yaml = "title: T\nscenes:\n  - kind: text\n    text: a\n  # of b\n  - kind: list\n    items: [b]\n\noptions:\n  fps: 30\n";
  const moved = moveScene(yaml, [0, 3, 6], 2, 1, "yaml");
  assert.equal(moved.text, "title: T\nscenes:\n  - kind: list\n    items: [b]\n  - kind: text\n    text: a\n  # of b\n\noptions:\n  fps: 30\n");
  assert.deepEqual(moved.order, [0, 2, 1]);
});

test("scenes without a line, and those of JSON, stay", () => {
  assert.equal(moveScene(SCRIPT, [0, 5, 9], 0, 1, "markdown"), null);
  assert.equal(moveScene("{}", [1, 2], 0, 1, "json"), null);
});
