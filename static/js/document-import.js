/** Follows the task that imports a document, and fetches its script. Loaded on first use. */
import { basePath } from "./base-path.js";
import { ApiError, fetchTask, request, taskUrl } from "./api.js";
import { percent } from "./formats.js";

const WAIT_S = 20; // how long the server may hold a request for events

/**
 * The script of an import, once its task has completed.
 * @param {import("./types.d.ts").Task} task
 * @param {(text: string, fraction: number) => void} progress called with what is happening, for people
 * @param {AbortSignal} signal
 * @returns {Promise<{script: string, assets: {name: string, id: string, bytes: number, media_type: string}[], warnings: {message: string, place: string | null}[]}>}
 */
export async function importedScript(task, progress, signal) {
  let { cursor } = task;
  for (let { status } = task; status === "queued" || status === "running"; ) {
    const page = await request(taskUrl(task.id, `/events?wait=${WAIT_S}&after=${encodeURIComponent(cursor)}`), { signal });
    cursor = page.cursor;
    const last = page.events.at(-1);
    if (last) {
      status = last.status;
      progress(text(last), last.progress ?? 0);
    }
    if (page.ended || !last) {
      const now = await fetchTask(task.id);
      status = now.status;
      if (now.trouble) progress(now.trouble, now.progress ?? 0); // no worker runs, say
    }
  }
  const ended = await fetchTask(task.id);
  if (ended.status === "completed") return request(`${basePath}/api/imports/${encodeURIComponent(task.id)}`, { signal });
  const error = /** @type {any} */ (ended).error;
  throw new ApiError({ code: error?.code, detail: error?.message ?? "The import was cancelled.", hint: error?.hint });
}

/** What an event says, such as "Reading, 3 of 40". */
function text({ message, progress, data }) {
  if (data?.of) return `${message}, ${data.done} of ${data.of}`;
  return progress ? `${message}, ${percent(progress)}` : message;
}
