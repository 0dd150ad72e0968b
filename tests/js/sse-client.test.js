import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { ScriptedEventSource, standIn } from "./browser.js";

standIn();
globalThis.EventSource = ScriptedEventSource;
const { SSEClient, backoff_ms, isAfter } = await import("../../static/js/sse-client.js");

const LIMITS = { baseDelay: 1000, maxDelay: 30_000 };

beforeEach(() => {
  ScriptedEventSource.opened = [];
});

/** A started client, and what it dispatches. */
function following(options = {}) {
  const client = new SSEClient("/api/tasks/a/stream", options);
  const seen = [];
  for (const name of ["message", "reset", "end", "problem"]) client.addEventListener(name, ({ detail }) => seen.push([name, detail?.id ?? detail]));
  client.start();
  return { client, seen };
}

test("a cursor is after an earlier one of its epoch and after any of another epoch", () => {
  assert.equal(isAfter("0a-10", "0a-9"), true);
  assert.equal(isAfter("0a-9", "0a-10"), false);
  assert.equal(isAfter("0a-9", "0a-9"), false);
  assert.equal(isAfter("0b-1", "0a-9"), true);
  assert.equal(isAfter("0a-1", ""), true);
  assert.equal(isAfter("", "0a-1"), false);
});

test("the back-off doubles up to its limit and is spread by half either way", () => {
  assert.deepEqual([1, 2, 3, 4].map((failures) => backoff_ms(failures, LIMITS, 0.5)), [1000, 2000, 4000, 8000]);
  assert.equal(backoff_ms(1, LIMITS, 0), 500);
  assert.equal(backoff_ms(1, LIMITS, 0.999), 1499);
  assert.equal(backoff_ms(50, LIMITS, 0.999), 30_000);
  assert.equal(backoff_ms(50, LIMITS, 0), 15_000);
});

test("each event is delivered once in order whatever the stream repeats", () => {
  const { client, seen } = following();
  ScriptedEventSource.last.send("hello", { heartbeat_s: 15 });
  for (const seq of [1, 2, 1, 3, 2, 3]) ScriptedEventSource.last.send("message", {}, `0a-${seq}`);
  assert.deepEqual(seen, [["message", "0a-1"], ["message", "0a-2"], ["message", "0a-3"]]);
  assert.equal(client.cursor, "0a-3");
  client.close();
});

test("a connection is live with its first frame and not before", () => {
  const { client } = following();
  assert.equal(client.state, "connecting");
  ScriptedEventSource.last.send("hello", {});
  assert.equal(client.state, "live");
  client.close();
});

test("the cursor in the address is where an earlier connection stopped", async () => {
  const { client } = following({ cursor: "0a-7" });
  assert.equal(new URL(ScriptedEventSource.last.url).searchParams.get("last_event_id"), "0a-7");
  ScriptedEventSource.last.send("message", {}, "0a-8");
  ScriptedEventSource.last.fail();
  assert.equal(client.state, "reconnecting");
  client.tryNow();
  assert.equal(new URL(ScriptedEventSource.last.url).searchParams.get("last_event_id"), "0a-8");
  assert.equal(ScriptedEventSource.opened.length, 2);
  assert.equal(ScriptedEventSource.opened[0].closed, true);
  client.close();
});

test("a frame of a connection that was replaced is dropped", () => {
  const { client, seen } = following();
  const [first] = ScriptedEventSource.opened;
  first.send("hello", {});
  first.fail();
  client.tryNow();
  first.send("message", {}, "0a-1");
  assert.deepEqual(seen, []);
  client.close();
});

test("a reset forgets the cursor and what follows is delivered from the beginning", () => {
  const { client, seen } = following({ cursor: "0a-9" });
  ScriptedEventSource.last.send("reset", { reason: "ahead" });
  ScriptedEventSource.last.send("message", {}, "0a-1");
  assert.deepEqual(seen, [["reset", { reason: "ahead" }], ["message", "0a-1"]]);
  client.close();
});

test("an end closes the connection for good", () => {
  const { client, seen } = following();
  ScriptedEventSource.last.send("hello", {});
  ScriptedEventSource.last.send("end", { status: "completed" });
  assert.equal(client.state, "ended");
  assert.equal(ScriptedEventSource.last.closed, true);
  assert.deepEqual(seen, [["end", { status: "completed" }]]);
  client.close();
});

test("the reason that the server sent before it closed is the reason shown", () => {
  const { client } = following();
  ScriptedEventSource.last.send("hello", {});
  ScriptedEventSource.last.send("problem", { code: "store_busy", title: "Busy" });
  ScriptedEventSource.last.fail();
  assert.equal(client.state, "reconnecting");
  assert.equal(client.reason.code, "store_busy");
  assert.ok(client.retryAt > Date.now());
  client.close();
});

test("a client that has failed as often as it may gives up", async () => {
  globalThis.fetch = mock.fn(async () => new Response(null, { status: 500 }));
  const { client } = following({ maxRetries: 0 });
  const failed = new Promise((resolve) => client.addEventListener("statechange", () => client.state === "failed" && resolve(null)));
  ScriptedEventSource.last.fail();
  await failed;
  assert.deepEqual([client.reason.code, client.failures], ["gave_up", 1]);
  client.close();
});
