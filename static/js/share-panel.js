/** The panel of share links on a video's page: its forms, sent without leaving the page, and buttons that copy. */
import { ApiError, createShare, revokeShare } from "./api.js";
import { copyText } from "./copy-buttons.js";
import { elements, fromTemplate, parts, setText } from "./dom.js";

const EMBED_SIZE = { width: 640, height: 360 };

/** @param {HTMLElement} panel `<details data-task="...">` */
export function enableSharing(panel) {
  const taskId = panel.dataset.task;
  const page = parts(panel);
  const list = page["share-list"];

  /** Does what a form asks for; the button cannot be pressed twice meanwhile. */
  async function send(form, act) {
    const button = form.querySelector("button");
    button.disabled = true;
    page["share-problem"].hidden = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      page["share-problem"].hidden = false;
      setText(page["share-problem"], [error.message, error.hint].filter(Boolean).join(" "));
    } finally {
      button.disabled = false;
    }
  }

  function enableRow(row) {
    const part = parts(row);
    part.copy.hidden = part.embed.hidden = false;
    part.copy.addEventListener("click", () => copyText(part.copy, part.url));
    part.embed.addEventListener("click", () => copyText(part.embed, part.url, embedCode(part.embed.dataset.url)));
    part.revoke.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      send(part.revoke, async () => {
        await revokeShare(taskId, row.dataset.id).catch((error) => {
          if (error.code !== "share_not_found") throw error; // it is gone already
        });
        row.remove();
        setText(page["share-status"], "The link is revoked.");
        panel.querySelector("summary").focus();
      });
    });
  }

  page["share-form"].addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    send(page["share-form"], async () => {
      const share = await createShare(taskId, Number(page["share-form"].elements.days.value));
      const row = fromTemplate("share-row");
      const part = parts(row);
      row.dataset.id = share.id;
      setText(part.url, share.url);
      part.embed.dataset.url = share.embed_url;
      setText(part.until, share.expires_at.slice(0, 10));
      list.append(row);
      enableRow(row);
      setText(page["share-status"], "The link is created.");
      part.copy.focus();
    });
  });
  for (const row of elements(list, "li")) enableRow(row);
}

/** @param {string} url */
function embedCode(url) {
  const { width, height } = EMBED_SIZE;
  return `<iframe src="${url}" width="${width}" height="${height}" allow="fullscreen" style="border: 0" title="Video"></iframe>`;
}
