/** Keeps a theme of one's own on the server. Loaded on first use. */
import { basePath } from "./base-path.js";
import { request } from "./api.js";

const MAX_BYTES = 65536;

/** Whether a file says the colours of a theme, and is no script. @param {File} file */
export async function isTheme(file) {
  return file.size <= MAX_BYTES && /^colours:\s*(#.*)?$/m.test(await file.text());
}

/** The theme that the server has kept. @param {File} file @returns {Promise<{name: string, picture: string}>} */
export function uploadTheme(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return request(`${basePath}/api/themes`, { method: "POST", body: form });
}
