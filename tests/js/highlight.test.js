import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf, initialState, tokenize } from "../../static/js/highlight.js";

/** The classes of a text's tokens by line, without plain ones. */
function classes(text, format = "markdown") {
  let state = initialState(format);
  return text.split("\n").map((line) => {
    const { tokens, state: next } = tokenize(line, state);
    state = next;
    assert.equal(tokens.map(([, piece]) => piece).join(""), line);
    return tokens.filter(([name, piece]) => name && piece).map(([name]) => name).join(" ");
  });
}

test("Markdown", () => {
  assert.deepEqual(classes("---\ntitle: A\n---\n# B\n- `c` and **d**\n```py\n# no heading\n```\n<!-- e\nf -->\ng"), [
    "mark", "key mark", "mark", "mark heading", "mark code strong", "mark", "code", "mark", "comment", "comment", "",
  ]);
});

test("YAML and JSON", () => {
  assert.deepEqual(classes('- kind: "text" # why', "yaml"), ["mark key mark code comment"]);
  assert.deepEqual(classes('{"a": ["b"]}', "json"), ["mark key mark code mark mark"]);
});

test("a closing fence is as long as the one that opened", () => {
  assert.deepEqual(classes("````\n```\n````\na"), ["mark", "code", "mark", ""]);
});

test("a format is guessed from the beginning", () => {
  assert.deepEqual(['{"title": 1}', "title: A\nscenes:\n", "---\ntitle: A\n---\n", "# A", "Note: this is prose."].map(formatOf), ["json", "yaml", "markdown", "markdown", "markdown"]);
});
