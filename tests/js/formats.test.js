import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, countdown, duration, percent, remaining, secondsBetween, size } from "../../static/js/formats.js";

test("lengths", () => {
  assert.deepEqual([0.44, 9.96, 59.6, 72, 3599.6, 7290].map(duration), ["0.4 s", "10 s", "1 min 00 s", "1 min 12 s", "1 h 00 min", "2 h 02 min"]);
  assert.deepEqual([7, 72, 3723].map(clock), ["0:07", "1:12", "1:02:03"]);
  assert.deepEqual([2.1, 60, 61].map(countdown), ["3 s", "60 s", "1 min 01 s"]);
  assert.deepEqual([4, 41, 61, 5400].map(remaining), ["a few seconds left", "about 45 s left", "about 2 min left", "about 1.5 h left"]);
});

test("sizes", () => {
  assert.deepEqual([999, 1536, 9951, 999_499, 999_501, 3e12].map(size), ["999 B", "1.5 kB", "10 kB", "999 kB", "1.0 MB", "3 TB"]);
});

test("nothing short of all is 100 %", () => {
  assert.deepEqual([0.999, 1].map(percent), ["99 %", "100 %"]);
});

test("a length is never negative", () => {
  assert.equal(secondsBetween("2026-01-01T00:00:05Z", "2026-01-01T00:00:00Z"), 0);
});
