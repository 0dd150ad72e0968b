import { basePath } from "./base-path.js";

/** Leaves for the login, which leads back here. */
export function goToLogin() {
  location.assign(`${basePath}/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
