import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "../../static/js/phrases.js";

const FORMATS = { loud: (value) => `${value}!` };

test("a phrase is left out when a gap has no value", () => {
  assert.deepEqual(fill(["{done} of {of}", "{done} done"], { done: 0, of: null }, FORMATS), ["0 done"]);
  assert.deepEqual(fill(["{title}", "plain"], { title: "" }, FORMATS), ["plain"]);
});

test("gaps take values, numbers above a limit, texts for what is true, and formats", () => {
  const values = { made: 3, reused: 0, first: true, second: false, name: "$& {x}" };
  assert.deepEqual(fill(["{made>0} made", "{reused>0} reused", "{first?yes}", "{second?no}", "{name|loud}"], values, FORMATS), ["3 made", "yes", "$& {x}!"]);
});
