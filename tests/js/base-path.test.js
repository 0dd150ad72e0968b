import assert from "node:assert/strict";
import { test } from "node:test";
import { basePath, pathBelow } from "../../static/js/base-path.js";

test("a module tells the path below which the server is shown", () => {
  assert.equal(pathBelow("https://videos.example/static/js/base-path.js"), "");
  assert.equal(pathBelow("https://www.example/videogen/static/js/base-path.js"), "/videogen");
  assert.equal(pathBelow("http://127.0.0.1:8000/a/b.c/static/js/base-path.js?x=1"), "/a/b.c");
});

test("outside of a server there is none", () => {
  assert.equal(basePath, "");
});
