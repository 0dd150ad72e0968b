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
 * The asset that the server has stored. Only XMLHttpRequest reports how much of a body has been sent.
 * @param {XMLHttpRequest} sending
 * @param {File} file
 * @param {string} name
 * @param {(fraction: number) => void} progress
 * @returns {Promise<{id: string, bytes: number, media_type: string}>}
 */
export function upload(sending, file, name, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, name);
    sending.responseType = "json";
    sending.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    sending.addEventListener("load", () => {
      const asset = sending.response?.assets?.[0];
      if (sending.status === 201 && asset) resolve(asset);
      else reject(new ApiError({ title: `The server answered ${sending.status}.`, ...sending.response, status: sending.status }));
    });
    sending.addEventListener("error", () => reject(new ApiError({ code: "unreachable", title: "The file was not sent: the server does not answer." })));
    sending.addEventListener("abort", () => reject(new ApiError({ code: "removed", title: "Removed." })));
    sending.open("POST", `${basePath}/api/assets`);
    sending.setRequestHeader("Accept", "application/json");
    sending.send(form);
  });
}
