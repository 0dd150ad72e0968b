/**
 * What is done with files that are added: a document or a script becomes the script, a theme is kept and chosen, and the others become assets
 * that the script names. Loaded with the first file.
 */
import { ApiError } from "./api.js";
import { parts, setText } from "./dom.js";
import { markdownName, namedAt, placeInJson, placeInMarkdown, placeInYaml } from "./placement.js";

const DOCUMENTS = /\.(pptx|pptm|ppsx|ppsm|potx|odp|pdf|docx|ipynb|html?)$/i;
const THEMES = /\.ya?ml$/i;
const SCRIPTS = /\.(md|markdown|ya?ml|json)$/i;

/** @typedef {{name: string, media_type: string, order?: number, mark?: {at: number} | null}} AddedFile */

export class AddedFiles {
  #editor;
  #files;
  #options;
  #notes;
  #page;

  /**
   * @param {import("./editor.js").Editor} editor
   * @param {import("./asset-list.js").AssetList} files
   * @param {import("./options-panel.js").OptionsPanel} options where a theme is chosen
   * @param {HTMLElement} notes what an import says of the document
   * @param {{setFormat: (format: string) => void, announce: (text: string) => void, showProblem: (problem: ApiError) => void}} page
   */
  constructor(editor, files, options, notes, page) {
    this.#editor = editor;
    this.#files = files;
    this.#options = options;
    this.#notes = notes;
    this.#page = page;
  }

  /** Takes each file as what it is. @param {File[]} added */
  async add(added) {
    const others = await this.#withoutThemes(added);
    const imported = others.find(({ name }) => DOCUMENTS.test(name));
    if (imported) await this.#import(imported);
    const assets = imported ? others.filter((file) => file !== imported && !SCRIPTS.test(file.name)) : others;
    const scripts = assets.filter(({ name }) => SCRIPTS.test(name));
    const script = scripts.length === 1 ? scripts[0] : null;
    if (script) {
      this.#replace(await script.text(), "");
      this.#page.announce(`${script.name} is the script now.`);
    }
    await this.#upload(assets.filter((file) => file !== script), Boolean(script));
  }

  /**
   * Inserts a file on a line of its own: a picture or a video as a scene, a sound as a recording. A file that the script names already is not
   * inserted again. @param {AddedFile} file @returns {string} what was done, for people
   */
  insert({ name, media_type: type, order, mark }) {
    const { text, format } = this.#editor;
    if (namedAt(text, name, format) >= 0) return "the script names it already";
    const kind = type.startsWith("image/") ? "image" : type.startsWith("video/") ? "clip" : type.startsWith("audio/") && format === "markdown" ? "recording" : null;
    if (!kind) return "choose it to insert its name at the caret";
    const at = mark?.at ?? this.#editor.textarea.selectionStart;
    const fields = { kind, file: name, alt: "" };
    const block = kind === "recording" ? `<!-- recording: ${name} -->` : `![](${markdownName(name)})`;
    const files = this.#files;
    // A picture that was added later stays after this one, whichever is uploaded first.
    const isBefore = (line) => order === undefined || files.names.every((other) => namedAt(line, other, format) < 0 || files.orderOf(other) < order);
    const isEarlier = (item) => files.names.some((other) => namedAt(item, other, format) >= 0 && files.orderOf(other) >= 0 && files.orderOf(other) < order);
    const insertion = format === "yaml" ? placeInYaml(text, fields, at, isEarlier)
      : format === "json" ? placeInJson(text, fields, at, isEarlier)
        : placeInMarkdown(text, block, at, isBefore);
    if (!insertion) return "choose it to insert its name at the caret";
    this.#editor.insertInBackground(insertion.text, insertion.from, insertion.to);
    return "it is in the script";
  }

  /** Selects where the script names a file, or inserts it there; then it can be described. @param {AddedFile} file */
  goTo(file) {
    const editor = this.#editor;
    const known = namedAt(editor.text, file.name, editor.format);
    if (known < 0) this.insert(file);
    const at = known < 0 ? namedAt(editor.text, file.name, editor.format) : known;
    if (at < 0) return editor.insert(file.name);
    const end = editor.text.indexOf("\n", at);
    editor.goToOffset(editor.text.startsWith("](", at) ? at : end < 0 ? editor.text.length : end);
  }

  /** Keeps the themes among files; returns the other files. @param {File[]} added */
  async #withoutThemes(added) {
    if (!added.some(({ name }) => THEMES.test(name))) return added;
    const { isTheme, uploadTheme } = await import("./theme-upload.js");
    const others = [];
    for (const file of added) {
      if (THEMES.test(file.name) && (await isTheme(file))) await this.#addTheme(file, uploadTheme);
      else others.push(file);
    }
    return others;
  }

  async #addTheme(file, uploadTheme) {
    try {
      const theme = await uploadTheme(file);
      this.#options.addTheme(theme);
      this.#page.announce(`The theme ${theme.name} is chosen.`);
    } catch (error) {
      // A fault's line is one of the theme's file, not of the script's; the message names it.
      this.#page.showProblem(new ApiError({ ...error, detail: `${file.name}: ${error.message}`, faults: [] }));
    }
  }

  /** Makes a document the script, with its pictures as files; Ctrl+Z brings back the text that was there. */
  async #import(file) {
    this.#page.announce(`${file.name} is being imported.`);
    const imported = await this.#files.import(file);
    if (!imported) return;
    this.#replace(imported.script, "markdown");
    this.#showNotes(file.name, imported.warnings);
  }

  #showNotes(name, warnings) {
    const notes = parts(this.#notes);
    this.#notes.hidden = false;
    setText(notes["import-summary"], `${name} is the script now. Ctrl + Z brings back what was here.${warnings.length ? " Not shown as it was:" : ""}`);
    notes["import-warnings"].replaceChildren(...warnings.map(({ place, message }) => {
      const item = document.createElement("li");
      item.textContent = place ? `${place}: ${message}` : message;
      return item;
    }));
    this.#page.announce(`${name} is the script now, with ${warnings.length} ${warnings.length === 1 ? "warning" : "warnings"}.`);
  }

  /** @param {string} script @param {string} format "" detects it */
  #replace(script, format) {
    this.#page.setFormat(format);
    this.#editor.insert(script, 0, this.#editor.text.length);
    this.#editor.goTo(1);
  }

  /** Uploads files. They belong at the caret's present position, wherever it is when they have been uploaded. */
  async #upload(files, atEnd) {
    if (!files.length) return;
    const { text, touched, textarea } = this.#editor;
    await this.#files.add(files, this.#editor.mark(atEnd || !touched ? text.trimEnd().length : textarea.selectionStart));
  }
}
