/** How the page is connected, in a word; what a person would do different things about has different texts. */

const REASONS = {
  offline: "You are offline",
  unreachable: "The server does not answer",
  foreign: "Something else answers in the server's place",
  busy: "The server is busy",
  silent: "The connection went silent",
  interrupted: "The connection was cut",
  store_busy: "The server is busy",
};

/**
 * Shows the state of a subscription in `element`, with a button to try at once while it waits.
 * @param {HTMLElement} element a `<p>` or `<span>`
 * @param {import("./types.d.ts").Subscription} subscription
 * @returns {() => void} to call once a second: it counts down.
 */
export function showConnection(element, subscription) {
  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "Try now";
  button.addEventListener("click", () => subscription.tryNow());
  element.replaceChildren(text);

  const show = () => {
    const { kind, text: now, waits } = connectionText(subscription);
    element.dataset.connection = kind;
    if (text.textContent !== now) text.textContent = now;
    if (!waits) button.remove();
    else if (!button.isConnected) element.append(button);
  };
  subscription.addEventListener("statechange", show);
  show();
  return show;
}

/**
 * @param {Pick<import("./types.d.ts").Subscription, "state" | "reason" | "retryAt" | "failures">} subscription
 * @returns {{kind: string, text: string, waits: boolean}} kind: live, connecting, polling, reconnecting, gone (the server does not answer), ended or failed
 */
export function connectionText({ state, reason, retryAt, failures }) {
  switch (state) {
    case "live":
      return { kind: "live", text: "Live", waits: false };
    case "connecting":
      return { kind: "connecting", text: "Connecting", waits: false };
    case "polling":
      return { kind: "polling", text: "Live, by polling", waits: false };
    case "ended":
      return { kind: "ended", text: "Ended", waits: false };
    case "failed": {
      const gaveUp = reason?.code === "gave_up";
      const why = [reason?.detail, reason?.hint].filter(Boolean).join(" ");
      return { kind: "failed", text: why || (gaveUp ? "No connection" : "This cannot be followed"), waits: gaveUp };
    }
    default: {
      // One refused try may be a server that is starting again; a second one is a server that is gone.
      const gone = reason?.code === "unreachable" && failures > 1;
      const why = REASONS[reason?.code] ?? reason?.title?.replace(/\.$/, "") ?? "The connection was cut";
      const left = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
      const next = left === null || left === 0 ? "trying again" : `trying again in ${left} s`;
      return { kind: gone ? "gone" : "reconnecting", text: `${why}, ${next}`, waits: left !== null && left > 1 };
    }
  }
}
