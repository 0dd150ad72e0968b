import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesOf, nextMatch, previousMatch, replaceAll } from "../../static/js/text-search.js";

test("words are found as they stand, signs and all, in any case unless asked", () => {
  const text = "A.b a.B axb";
  assert.deepEqual(matchesOf(text, "a.b", false), [{ from: 0, to: 3 }, { from: 4, to: 7 }]);
  assert.deepEqual(matchesOf(text, "a.B", true), [{ from: 4, to: 7 }]);
  assert.deepEqual(matchesOf(text, "", false), []);
});

test("the next match follows the last one around the end, and back", () => {
  const matches = matchesOf("x x x", "x", false);
  assert.deepEqual([nextMatch(matches, 1), nextMatch(matches, 5), nextMatch([], 0)], [1, 0, -1]);
  assert.deepEqual([previousMatch(matches, 2), previousMatch(matches, 0), previousMatch([], 0)], [0, 2, -1]);
});

test("every match is replaced, and a replacement that has the words again ends", () => {
  assert.equal(replaceAll("tea, Tea", matchesOf("tea, Tea", "tea", false), "teatea $&"), "teatea $&, teatea $&");
});
