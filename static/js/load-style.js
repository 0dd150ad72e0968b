/** Loads a style sheet once, when it is first needed. */
import { basePath } from "./base-path.js";

/** @param {string} name of a file in static/css @returns {Promise<void>} once it applies, or cannot be had */
export function loadStyle(name) {
  const href = `${basePath}/static/css/${name}`;
  if (document.querySelector(`link[rel=stylesheet][href^="${href}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((done) => {
    link.onload = link.onerror = () => done();
  });
}
