/** Drafts of scripts in this browser's storage: one for each address, so that opening an example overwrites no script. */

const KEY = "videogen.drafts";
const MAX_DRAFTS = 8;

/** The draft stored last under a name: {script, format, options, files}, or null. @param {string} name */
export function loadDraft(name) {
  return all()[name] ?? null;
}

/** Stores a draft, and drops the oldest of many. @param {string} name @param {object} draft @returns {boolean} whether it could be stored */
export function saveDraft(name, draft) {
  const { [name]: _, ...others } = all();
  return write(Object.fromEntries([...Object.entries(others).slice(1 - MAX_DRAFTS), [name, draft]]));
}

export function dropDraft(name) {
  const { [name]: _, ...others } = all();
  write(others);
}

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage is switched off, or holds something else
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
