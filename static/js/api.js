/** Requests to the server. A refusal becomes an `ApiError` that carries the problem+json. */
import { basePath } from "./base-path.js";

export class ApiError extends Error {
  /** @param {{status?: number, title?: string, detail?: string, code?: string, hint?: string, faults?: import("./types.d.ts").Diagnostic[]}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || "The request failed.");
    this.code = problem.code ?? "unknown";
    this.status = problem.status ?? 0;
    this.hint = problem.hint ?? "";
    this.faults = problem.faults ?? [];
  }
}

/**
 * The JSON that `url` answers.
 * @param {string} url
 * @param {RequestInit & {json?: unknown}} [init] `json` is sent as the body
 * @returns {Promise<any>}
 */
export async function request(url, { json, ...options } = {}) {
  const headers = new Headers(options.headers);
  headers.set("Accept", "application/json");
  if (json !== undefined) {
    headers.set("Content-Type", "application/json");
    options.body = JSON.stringify(json);
  }
  let response;
  let body = null;
  let isJson;
  try {
    response = await fetch(url, { cache: "no-store", ...options, headers });
    isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    if (isJson) body = await response.json(); // may break off in the middle
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ code: "unreachable", title: "The server does not answer.", hint: "Check that it is running, then try again." });
  }
  if (!response.ok) throw new ApiError({ title: `The server answered ${response.status}.`, ...body, status: response.status });
  if (!isJson) {
    throw new ApiError({ code: "foreign", title: "Something else answers in the server's place.", hint: "Does the network want you to log in?" });
  }
  return body;
}

/** @param {string} id */
export const taskUrl = (id, rest = "") => `${basePath}/api/tasks/${encodeURIComponent(id)}${rest}`;
/** @param {string} id @returns {Promise<import("./types.d.ts").Task>} */
export const fetchTask = (id) => request(taskUrl(id));
/** @param {object} body @param {string} key sent again with the same one, the same body makes no second task */
export const submitTask = (body, key) => request(`${basePath}/api/tasks`, { method: "POST", json: body, headers: { "Idempotency-Key": key } });
/** @param {string} id */
export const cancelTask = (id) => request(taskUrl(id, "/cancel"), { method: "POST", json: {} });
/** @param {string} id */
export const retryTask = (id) => request(taskUrl(id, "/retry"), { method: "POST", json: {} });
/** @param {string} id @param {string[]} tags @returns {Promise<import("./types.d.ts").Task>} */
export const putTags = (id, tags) => request(taskUrl(id), { method: "PATCH", json: { tags } });
/** @param {string} id @param {number} days */
export const createShare = (id, days) => request(taskUrl(id, "/shares"), { method: "POST", json: { days } });
/** @param {string} id @param {string} shareId */
export const revokeShare = (id, shareId) => request(taskUrl(id, `/shares/${shareId}`), { method: "DELETE" });
/** @param {object} body @param {AbortSignal} signal */
export const preview = (body, signal) => request(`${basePath}/api/preview`, { method: "POST", json: body, signal });
