/** The little of a browser that the modules under test touch when Node runs them. */

/** Gives Node a document that carries these labels, and events. @param {object} [labels] */
export function standIn(labels = {}) {
  globalThis.CustomEvent ??= class extends Event {
    constructor(type, { detail = null } = {}) {
      super(type);
      this.detail = detail;
    }
  };
  const carried = { textContent: JSON.stringify(labels) };
  globalThis.document = Object.assign(new EventTarget(), { getElementById: () => carried, baseURI: "http://localhost/", visibilityState: "visible" });
  globalThis.addEventListener ??= () => {};
}

/** An EventSource that the test speaks through. */
export class ScriptedEventSource extends EventTarget {
  /** @type {ScriptedEventSource[]} */
  static opened = [];
  closed = false;

  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    ScriptedEventSource.opened.push(this);
  }

  static get last() {
    return ScriptedEventSource.opened.at(-1);
  }

  /** @param {string} name @param {unknown} data */
  send(name, data, lastEventId = "") {
    const frame = Object.assign(new Event(name), { data: JSON.stringify(data), lastEventId });
    if (name === "message") this.onmessage(frame);
    else this.dispatchEvent(frame);
  }

  fail() {
    this.onerror(new Event("error"));
  }

  close() {
    this.closed = true;
  }
}
