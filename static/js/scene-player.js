/** Plays a scene of a script with sound and motion, before its video is made. Loaded when it is first asked for. */
import { ApiError, request } from "./api.js";
import { basePath } from "./base-path.js";

const PAGE = Math.random().toString(36).slice(2);

/**
 * Has the server render a scene, and shows it in a dialog.
 * @param {object} body the script as it is submitted @param {number} index of the scene, from 0
 */
export async function playScene(body, index) {
  const dialog = document.createElement("dialog");
  dialog.className = "scene-player";
  dialog.setAttribute("aria-label", `Scene ${index + 1}`);
  dialog.innerHTML = `<form method="dialog"><p role="status">The scene is being rendered.</p><button class="quiet-button">Close</button></form>`;
  const status = dialog.querySelector("p");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  try {
    const { url } = await request(`${basePath}/api/preview/scene`, { method: "POST", json: { ...body, scene: index + 1, page: PAGE } });
    const video = document.createElement("video");
    Object.assign(video, { controls: true, playsInline: true, src: url });
    dialog.prepend(video);
    status.textContent = `Scene ${index + 1}, as it will be in the video`;
    await video.play().catch(() => {}); // a browser may want to be asked by a press on the player itself
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    status.textContent = [error.message, error.hint].filter(Boolean).join(" ");
  }
}
