import { basePath } from "./base-path.js";

let loggingOut = false; // the server ends the streams first, and its answer leads to the login by itself
document.addEventListener("submit", ({ target }) => {
  loggingOut ||= /** @type {Element} */ (target).matches(".logout");
});

/** Leaves for the login, which leads back here. */
export function goToLogin() {
  if (!loggingOut) location.assign(`${basePath}/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
