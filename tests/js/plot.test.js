import assert from "node:assert/strict";
import { test } from "node:test";
import { HEIGHT, WIDTH, curve } from "../../static/js/plot.js";

const points = (line) => line.slice(1).split("L").map((point) => point.split(" ").map(Number));

test("the newest value is at the right edge and the highest below the upper one", () => {
  const drawn = points(curve([0, 5, 10], 10).line);
  assert.equal(drawn.length, 3);
  assert.deepEqual(drawn.at(-1), [WIDTH, 4]);
  assert.equal(drawn[0][1], HEIGHT - 2);
  assert.ok(drawn[0][0] < drawn[1][0]);
});

test("sixty values fill the width, and the area is closed below them", () => {
  const { line, area } = curve(Array.from({ length: 60 }, () => 1), 4);
  assert.equal(points(line)[0][0], 0);
  assert.ok(area.endsWith(`L${WIDTH} ${HEIGHT}L0.0 ${HEIGHT}Z`));
});
