/** Says in a word how the page is connected, and tells apart what a person would do different things about. */

const TROUBLE = {
  offline: "You are offline",
  unreachable: "The server does not answer",
  foreign: "Something else answers in the server's place",
  busy: "The server is busy",
  silent: "The connection went silent",
  interrupted: "The connection was cut",
  store_busy: "The server is busy",
};

/**
 * Shows `feed`'s state in `element` (a `<p>` or `<span>`), with a button to try at once while it waits.
 * @returns {() => void} to call once a second: it counts down.
 */
export function connectionSign(element, feed) {
  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "Try now";
  button.addEventListener("click", () => feed.tryNow());
  element.replaceChildren(text);

  const show = () => {
    const { sign, words, wait } = connectionWords(feed);
    element.dataset.connection = sign;
    if (text.textContent !== words) text.textContent = words;
    if (!wait) button.remove();
    else if (!button.isConnected) element.append(button);
  };
  feed.addEventListener("statechange", show);
  show();
  return show;
}

/** {sign, words, wait}: `sign` is live, connecting, polling, reconnecting, gone (the server does not answer), ended or failed. */
export function connectionWords({ state, reason, retryAt, failures }) {
  switch (state) {
    case "live":
      return { sign: "live", words: "Live", wait: false };
    case "connecting":
      return { sign: "connecting", words: "Connecting", wait: false };
    case "polling":
      return { sign: "polling", words: "Live, by asking again and again", wait: false };
    case "ended":
      return { sign: "ended", words: "Ended", wait: false };
    case "failed": {
      const gaveUp = reason?.code === "gave_up";
      const why = [reason?.detail, reason?.hint].filter(Boolean).join(" ");
      return { sign: "failed", words: why || (gaveUp ? "No connection" : "This cannot be followed"), wait: gaveUp };
    }
    default: {
      // One refused try may be a server that is starting again; a second one is a server that is gone.
      const gone = reason?.code === "unreachable" && failures > 1;
      const why = TROUBLE[reason?.code] ?? reason?.title?.replace(/\.$/, "") ?? "The connection was cut";
      const left = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
      const next = left === null || left === 0 ? "trying again" : `trying again in ${left} s`;
      return { sign: gone ? "gone" : "reconnecting", words: `${why}, ${next}`, wait: left !== null && left > 1 };
    }
  }
}
