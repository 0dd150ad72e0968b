/** Plays a scene of a script with sound and motion, before its video is made, and changes what it says. Loaded when it is first asked for. */
import { ApiError, request } from "./api.js";
import { basePath } from "./base-path.js";
import { loadStyle } from "./load-style.js";

const PAGE = Math.random().toString(36).slice(2);

/**
 * Has the server render a scene, and shows it in a dialog, with its words below it.
 * @param {() => any} body the script as it is submitted @param {number} index of the scene, from 0
 * @param {(script: string) => void} replace called with the script in which the scene says something else
 */
export async function playScene(body, index, replace) {
  const dialog = document.createElement("dialog");
  dialog.className = "scene-player";
  dialog.setAttribute("aria-label", `Scene ${index + 1}`);
  dialog.innerHTML = `<form method="dialog"><p role="status"></p><button class="quiet-button">Close</button></form>`;
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  loadStyle("versions.css");
  const played = play(dialog, body(), index);
  showWords(dialog, body, index, replace).catch(() => {}); // the scene plays without; its own error is shown
  await played;
}

/** @param {HTMLDialogElement} dialog @param {any} body @param {number} index */
async function play(dialog, body, index) {
  const status = dialog.querySelector("p");
  status.textContent = "The scene is being rendered.";
  try {
    const { url } = await request(`${basePath}/api/preview/scene`, { method: "POST", json: { ...body, scene: index + 1, page: PAGE } });
    const video = document.createElement("video");
    Object.assign(video, { controls: true, playsInline: true, src: url });
    dialog.querySelector("video")?.remove();
    dialog.prepend(video);
    status.textContent = `Scene ${index + 1}, as it will be in the video`;
    await video.play().catch(() => {}); // a browser may want to be asked by a press on the player itself
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    status.textContent = [error.message, error.hint].filter(Boolean).join(" ");
  }
}

/** Shows what the scene says, to be changed. @param {HTMLDialogElement} dialog @param {() => any} body @param {number} index @param {(script: string) => void} replace */
async function showWords(dialog, body, index, replace) {
  const ask = (scenes) => request(`${basePath}/api/preview/narration`, { method: "POST", json: { ...body(), ...(scenes && { scenes }) } });
  const scene = (await ask(null)).scenes[index];
  if (!scene?.editable) return;
  const words = document.createElement("div");
  words.className = "scene-words";
  words.innerHTML = `<label>What it says<textarea class="narration-text" rows="2" maxlength="20000" placeholder="Silent"></textarea></label><button type="button" disabled>Use these words</button>`;
  const field = words.querySelector("textarea");
  const button = words.querySelector("button");
  field.value = scene.text;
  field.addEventListener("input", () => (button.disabled = field.value.trim() === scene.text));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { script } = await ask({ [index + 1]: field.value });
      scene.text = field.value.trim();
      replace(script);
      await play(dialog, body(), index);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      button.disabled = false;
      dialog.querySelector("p").textContent = [error.message, error.hint].filter(Boolean).join(" ");
    }
  });
  dialog.append(words);
}
