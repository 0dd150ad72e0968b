/**
 * The path below which the server is shown, without a slash at the end: "" at the root of a site, "/videogen" behind a proxy that puts it there.
 * It is where this module comes from, less `/static/js/`.
 */
export const basePath = pathBelow(import.meta.url);

/** @param {string} moduleUrl */
export function pathBelow(moduleUrl) {
  const { protocol, pathname } = new URL("../..", moduleUrl);
  return protocol.startsWith("http") ? pathname.replace(/\/$/, "") : "";
}
