import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { dropDraft, loadDraft, saveDraft } from "../../static/js/draft.js";

beforeEach(() => {
  const values = new Map();
  globalThis.localStorage = { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => values.set(key, value) };
});

test("drafts of different addresses are different drafts", () => {
  saveDraft("", { script: "a" });
  saveDraft("example=b", { script: "b" });
  assert.deepEqual([loadDraft("").script, loadDraft("example=b").script], ["a", "b"]);
  dropDraft("");
  assert.equal(loadDraft(""), null);
  assert.equal(loadDraft("example=b").script, "b");
});

test("of many drafts the oldest are dropped, and one that is saved again is young", () => {
  for (let number = 1; number <= 8; number += 1) saveDraft(`d${number}`, { script: String(number) });
  saveDraft("d1", { script: "again" });
  saveDraft("d9", { script: "9" });
  assert.equal(loadDraft("d2"), null);
  assert.equal(loadDraft("d1").script, "again");
  assert.equal(loadDraft("d9").script, "9");
});

test("storage that holds something else, or is full, breaks nothing", () => {
  localStorage.getItem = () => "no json";
  assert.equal(loadDraft("a"), null);
  localStorage.setItem = () => {
    throw new Error("full");
  };
  assert.equal(saveDraft("a", {}), false);
});
