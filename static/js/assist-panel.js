/** A dialog that asks the assistant for another script, and shows what would change before it is used. Loaded when it is first opened. */
import { ApiError, request } from "./api.js";
import { basePath } from "./base-path.js";
import { element } from "./element.js";
import { loadStyle } from "./load-style.js";

const ACTIONS = [["draft", "Draft a script from this text"], ["shorten", "Shorten"], ["translate", "Translate"], ["narrate", "Write what each scene says"]];

/**
 * @param {() => any} submission the script as it is submitted @param {(script: string) => void} use called with a script that was accepted
 * @param {{host: string, model: string}} server where the script is sent
 */
export function openAssistant(submission, use, { host, model }) {
  loadStyle("versions.css");
  const action = element("select", { id: "assist-action" }, ...ACTIONS.map(([value, label]) => new Option(label, value)));
  const language = element("input", { type: "text", id: "assist-language", placeholder: "de", maxLength: 60 });
  const languageLabel = element("label", { htmlFor: "assist-language", hidden: true }, "Into ", language);
  const wishes = element("textarea", { className: "narration-text", id: "assist-wishes", rows: 2, maxLength: 2000, placeholder: "For beginners, in a friendly tone" });
  const status = element("p", {}, `The script is sent to ${host} (${model}), which the owner of this server has chosen. Nothing changes until you accept it.`);
  status.setAttribute("role", "status");
  const ask = element("button", { type: "button", className: "primary" }, "Ask");
  const accept = element("button", { type: "button", className: "primary", hidden: true }, "Use it");
  const discard = element("button", { type: "button", hidden: true }, "Discard");
  const close = element("button", { className: "quiet-button" }, "Close");
  const closer = element("form", { method: "dialog" }, close);
  const proposal = element("div", { className: "comparison-text proposal", hidden: true, tabIndex: 0 });
  proposal.setAttribute("role", "region");
  proposal.setAttribute("aria-label", "What would change");
  const dialog = element("dialog", { className: "inserter set-maker" },
    element("header", {}, element("h2", { id: "assist-title" }, "Assistant"), closer),
    element("div", { className: "set-fields" }, element("label", { htmlFor: "assist-action" }, "Do ", action), languageLabel),
    element("label", { htmlFor: "assist-wishes" }, "Wishes", wishes),
    proposal, status, element("footer", { className: "buttons" }, discard, ask, accept));
  dialog.setAttribute("aria-labelledby", "assist-title");
  const leaving = new AbortController();
  let proposed = "";

  action.addEventListener("change", () => (languageLabel.hidden = action.value !== "translate"));
  discard.addEventListener("click", () => show(null));
  accept.addEventListener("click", () => {
    dialog.close();
    use(proposed);
  });
  ask.addEventListener("click", async () => {
    ask.disabled = true;
    status.textContent = `${model} is asked. It may take a minute.`;
    try {
      const extra = { action: action.value, wishes: wishes.value, ...(action.value === "translate" && { language: language.value }) };
      show(await request(`${basePath}/api/assistant`, { method: "POST", json: { ...submission(), ...extra }, signal: leaving.signal }));
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof ApiError)) throw error;
      status.textContent = [error.message, ...error.faults.map(({ message }) => message), error.hint].filter(Boolean).join(" ");
    } finally {
      ask.disabled = false;
    }
  });
  dialog.addEventListener("close", () => {
    leaving.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();

  /** @param {{script: string, pieces: {text: string, change: string}[]} | null} answer */
  function show(answer) {
    proposed = answer?.script ?? "";
    for (const part of [proposal, accept, discard]) part.hidden = !answer;
    ask.hidden = Boolean(answer);
    const tags = { added: "ins", removed: "del" };
    proposal.replaceChildren(...(answer?.pieces ?? []).map(({ text, change }) => (tags[change] ? element(tags[change], {}, text) : text)));
    status.textContent = answer ? "This is what would change. Ctrl + Z brings your text back even after you have accepted it." : "";
    if (answer) accept.focus();
  }
}
