/** What is being written, kept in this browser until it is changed. */

const KEY = "videogen.draft";

/** The draft kept last: {script, format, voice}, or null. */
export function loadDraft() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null; // storage is switched off, or holds something else: nothing is lost that could be had
  }
}

export function saveDraft(draft) {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Full, or switched off: the page works without, and a reload brings the text of the form back in most browsers.
  }
}

export function dropDraft() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}
