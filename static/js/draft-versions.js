/** The dialog of a draft's versions: what was submitted, and what somebody else's changes replaced; each can be restored. */
import { basePath } from "./base-path.js";

/**
 * @param {import("./server-draft.js").ServerDraft} draft
 * @param {(version: any) => void} restore called with the version that was chosen
 */
export async function showVersions(draft, restore) {
  const versions = await draft.versions();
  const dialog = document.createElement("dialog");
  dialog.className = "key-list";
  dialog.setAttribute("aria-labelledby", "versions-title");
  dialog.innerHTML = `<header><h2 id="versions-title">Versions</h2><form method="dialog"><button class="quiet-button">Close</button></form></header>
    <p>${versions.length ? "Restoring one keeps what is there now: Ctrl + Z brings it back." : "Each time you make a video of this draft, its script is kept here."}</p><dl></dl>`;
  for (const version of versions) dialog.querySelector("dl").append(row(version));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();

  function row({ number, words, task_id: taskId, created_at: createdAt }) {
    const element = document.createElement("div");
    const [term, description, button] = [document.createElement("dt"), document.createElement("dd"), document.createElement("button")];
    button.type = "button";
    button.textContent = "Restore";
    button.setAttribute("aria-label", `Restore version ${number}`);
    button.addEventListener("click", async () => {
      restore(await draft.version(number));
      dialog.close();
    });
    term.append(button);
    description.append(`${number}: ${new Date(createdAt).toLocaleString()}, ${words} words, `);
    if (taskId) {
      const link = document.createElement("a");
      link.href = `${basePath}/tasks/${encodeURIComponent(taskId)}`;
      link.textContent = "its video";
      description.append(link);
    } else description.append("replaced by somebody else");
    element.append(term, description);
    return element;
  }
}
