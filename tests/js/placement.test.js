import assert from "node:assert/strict";
import { test } from "node:test";
import { gaps, markdownName, namedAt, placeInJson, placeInMarkdown, placeInYaml } from "../../static/js/placement.js";

/** The text with a block inserted at the mark |. */
function inserted(marked, place = placeInMarkdown, block = "![](cat.png)") {
  const caret = marked.indexOf("|");
  const text = marked.replace("|", "");
  const at = place(text, block, caret);
  return at && text.slice(0, at.from) + at.text + text.slice(at.to);
}

test("a block goes after the block of the caret", () => {
  assert.equal(inserted("# A\n\nOne| line.\n\nMore."), "# A\n\nOne line.\n\n![](cat.png)\n\nMore.");
  assert.equal(inserted("# A\n\nThe end|"), "# A\n\nThe end\n\n![](cat.png)\n");
});

test("a block goes on the empty line of the caret", () => {
  assert.equal(inserted("One.\n\n|\n\nTwo."), "One.\n\n![](cat.png)\n\n\n\nTwo."); // and no line is taken away
});

test("no block goes into another", () => {
  for (const open of ["```py\na|\n\nb\n```", "---\ntitle: a|\n---", "- one|\n\n  two", "> one|\n\n— Ada", "<!-- a|\n\nb -->", ":::note\na|\n\nb\n:::", "$$\na|\n\nb\n$$"]) {
    const text = inserted(`${open}\n\nAfter.`);
    assert.ok(text.includes(open.replace("|", "")), text);
    assert.ok(text.indexOf("cat.png") > text.indexOf(open.slice(-3)), text);
  }
});

test("what is open is never written into, and what stands before it can be", () => {
  assert.deepEqual(gaps("a\n\n```\n\nb"), [true, false, true, false, false, false]);
});

test("an item of scenes goes after the one of the caret", () => {
  const yaml = "title: A\nscenes:\n  - kind: text\n    title: One|\n  - kind: outro\n";
  assert.equal(inserted(yaml, placeInYaml, { kind: "image", file: "a: b.png" }),
    'title: A\nscenes:\n  - kind: text\n    title: One\n  - kind: image\n    file: "a: b.png"\n  - kind: outro\n');
  assert.equal(inserted("title: |A", placeInYaml, { kind: "image" }), null);
});

test("an object of scenes goes after the one of the caret", () => {
  assert.equal(inserted('{"scenes": [{"kind": "text"|}]}', placeInJson, { kind: "image" }), '{"scenes": [{"kind": "text"}, {"kind": "image"}]}');
  assert.equal(inserted('{"scenes": [|]}', placeInJson, { kind: "image" }), '{"scenes": [{"kind": "image"}]}');
  assert.equal(inserted('{"scenes": [|', placeInJson, { kind: "image" }), null);
});

test("a name is found as it is written", () => {
  for (const name of ["cat.png", "my cat.png", "a(b).png", "100%.png"]) assert.ok(namedAt(`# A\n\n![](${markdownName(name)})\n`, name, "markdown") >= 0, name);
  assert.ok(namedAt("file: 'it''s.png'", "it's.png", "yaml") >= 0);
  assert.ok(namedAt('{"file": "pictures/cat.png"}', "cat.png", "json") >= 0);
  assert.equal(namedAt("A cat.png in prose.", "cat.png", "markdown"), -1);
});
