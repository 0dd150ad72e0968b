/** Uploads a file. Loaded on first use. */
import { basePath } from "./base-path.js";
import { ApiError } from "./api.js";

const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif" };

/** The file's own name, or one like it that is not `taken`. A picture from the clipboard has no name of its own. @param {File} file @param {Set<string>} taken */
export function nameFor(file, taken) {
  const pasted = !file.name || /^image\.\w+$/.test(file.name);
  const name = pasted ? `picture.${ENDINGS[file.type] ?? "png"}` : file.name.normalize("NFC").replace(/[\p{Cc}/\\]+/gu, "-").trim().slice(-120) || "file";
  const [, stem, ending = ""] = name.match(/^(.*?)(\.[^.]*)?$/);
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${stem}-${number}${ending}`;
    if (!taken.has(free)) return free;
  }
}

/**
 * The task that turns a document into a script.
 * @param {XMLHttpRequest} sending
 * @param {File} file
 * @param {(fraction: number) => void} progress
 * @returns {Promise<import("./types.d.ts").Task>}
 */
export const submitImport = async (sending, file, progress) => (await send(sending, "/api/imports", file, file.name, progress)).task;

/**
 * The asset that the server has stored.
 * @param {XMLHttpRequest} sending
 * @param {File} file
 * @param {string} name
 * @param {(fraction: number) => void} progress
 * @returns {Promise<{id: string, bytes: number, media_type: string}>}
 */
export const upload = async (sending, file, name, progress) => (await send(sending, "/api/assets", file, name, progress)).assets[0];

/**
 * The answer to a file that is sent. Only XMLHttpRequest reports how much of a body has been sent.
 * @param {XMLHttpRequest} sending
 * @param {string} url
 * @param {File} file
 * @param {string} name
 * @param {(fraction: number) => void} progress
 * @returns {Promise<any>}
 */
function send(sending, url, file, name, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, name);
    sending.responseType = "json";
    sending.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    sending.addEventListener("load", () => {
      if (sending.status === 201 && sending.response) resolve(sending.response);
      else reject(new ApiError({ title: `The server answered ${sending.status}.`, ...sending.response, status: sending.status }));
    });
    sending.addEventListener("error", () => reject(new ApiError({ code: "unreachable", title: "The file was not sent: the server does not answer." })));
    sending.addEventListener("abort", () => reject(new ApiError({ code: "removed", title: "Removed." })));
    sending.open("POST", `${basePath}${url}`);
    sending.setRequestHeader("Accept", "application/json");
    sending.send(form);
  });
}
