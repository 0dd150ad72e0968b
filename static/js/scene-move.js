/** Moving a scene of the storyboard to another place of the script. Loaded on first use. */
import { moveScene as move } from "./script-order.js";

const DRAWN_WITHIN = 100; // of 50 ms each: so long a move waits for the storyboard of what was just written
const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Moves a scene to the place of another one, in the script and in the storyboard.
 * @param {import("./editor.js").Editor} editor
 * @param {import("./storyboard.js").Storyboard} storyboard
 * @param {{from: number, to: number, of: number}} moved the indices of both, and how many scenes there are
 * @returns {Promise<string>} what was done, for people
 */
export async function moveScene(editor, storyboard, { from, to, of }) {
  const text = editor.text;
  for (let tries = 0; tries < DRAWN_WITHIN && !storyboard.beginsIn(text) && editor.text === text; tries++) await pause(50);
  const begins = storyboard.beginsIn(editor.text);
  if (begins?.length !== of) return "The storyboard is being drawn. Try again in a moment.";
  const moved = move(editor.text, begins, from, to, editor.format);
  if (!moved) return editor.format === "json" ? "Scenes of a JSON script are moved in its text." : "The scene cannot go there.";
  storyboard.reorder(moved);
  editor.replace(moved.text);
  return `The scene is number ${moved.order.indexOf(from) + 1} now.`;
}
