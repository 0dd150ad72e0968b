/** What is being written, kept in this browser: a draft for each address, so that to look at an example costs nobody a script. */

const KEY = "videogen.drafts";
const MOST = 8;

/** The draft kept last under a name: {script, format, options, files}, or null. */
export function loadDraft(name) {
  return all()[name] ?? null;
}

/** Keeps a draft, and forgets the oldest of many. @returns {boolean} whether it could be kept */
export function saveDraft(name, draft) {
  const { [name]: _, ...others } = all();
  return write(Object.fromEntries([...Object.entries(others).slice(1 - MOST), [name, draft]]));
}

export function dropDraft(name) {
  const { [name]: _, ...others } = all();
  write(others);
}

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage is switched off, or holds something else: nothing is lost that could be had
  }
}

function write(drafts) {
  try {
    localStorage.setItem(KEY, JSON.stringify(drafts));
    return true;
  } catch {
    return false; // full, or switched off: the page works without
  }
}
