"""A page that plays a video by itself, as a zip: from a file, from any web server, or on a learning platform (SCORM 1.2).

The page loads nothing but the video beside it. Captions are in the page, since browsers load no track of a file from a file.
"""

from __future__ import annotations

import html
import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from videogen.exports.caption_files import cues
from videogen.exports.video_files import THUMBNAIL, VIDEO, VideoFiles

PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --text: #1a1f2b; --ground: #fff; --quiet: #5b6472; --mark: #fff3c4 }}
@media (prefers-color-scheme: dark) {{ :root {{ --text: #e8eaf0; --ground: #14171f; --quiet: #a2aab8; --mark: #4a4220 }} }}
body {{ margin: 0; font: 1rem/1.6 system-ui, sans-serif; color: var(--text); background: var(--ground) }}
main {{ max-width: 60rem; margin: auto; padding: 1rem }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }}
h2 {{ font-size: 1.1rem; margin: 1.5rem 0 0 }}
video {{ width: 100%; max-height: 75vh; background: #000; border-radius: .5rem }}
ol {{ padding-left: 1.2rem }}
button {{ font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: start; cursor: pointer }}
button:hover {{ text-decoration: underline }}
button[aria-current] {{ background: var(--mark) }}
small {{ color: var(--quiet) }}
</style>
<main>
<h1>{title}</h1>
<video controls playsinline preload="metadata" src="video.mp4"{poster}></video>
<nav aria-label="Chapters"><ol id="chapters"></ol></nav>
<section id="transcript" aria-label="Transcript"></section>
</main>
<script type="application/json" id="data">{data}</script>
<script>
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const video = document.querySelector("video");
const track = video.addTextTrack("captions", "Captions", document.documentElement.lang);
for (const [start, end, text] of data.captions) track.addCue(new VTTCue(start, end, text));
track.mode = "showing";
const clock = (seconds) => `${{Math.floor(seconds / 60)}}:${{String(Math.floor(seconds % 60)).padStart(2, "0")}}`;
const go = (text, start) => {{
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => {{ video.currentTime = start; video.play().catch(() => {{}}); }});
  return button;
}};
const chapters = document.getElementById("chapters");
for (const {{ title, start }} of data.chapters) {{
  const item = document.createElement("li");
  const time = document.createElement("small");
  time.textContent = ` ${{clock(start)}}`;
  item.append(go(title, start), time);
  chapters.append(item);
}}
chapters.parentElement.hidden = data.chapters.length === 0;
const spoken = [];
let heading = document.title;
for (const {{ title, sentences }} of data.scenes) {{
  const transcript = document.getElementById("transcript");
  if (title && title !== heading) {{
    const head = document.createElement("h2");
    head.textContent = heading = title;
    transcript.append(head);
  }}
  if (!sentences.length) continue;
  const paragraph = document.createElement("p");
  for (const {{ text, start, end }} of sentences) {{
    const button = go(text, start);
    spoken.push({{ button, start, end }});
    paragraph.append(button, " ");
  }}
  transcript.append(paragraph);
}}
video.addEventListener("timeupdate", () => {{
  for (const {{ button, start, end }} of spoken) {{
    if (video.currentTime >= start && video.currentTime < end) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }}
}});
</script>
{more}</html>
"""
SCORM_SCRIPT = """<script>
"use strict";
/* SCORM 1.2: the platform's object is called API, in a window that has opened or holds this one. */
const find = (from) => {
  for (let frame = from, steps = 0; frame && steps < 20; frame = frame.parent, steps += 1) {
    if (frame.API) return frame.API;
    if (frame === frame.parent) break;
  }
  return null;
};
const api = find(window) ?? (window.opener ? find(window.opener) : null);
if (api) {
  api.LMSInitialize("");
  const status = api.LMSGetValue("cmi.core.lesson_status");
  const done = () => ["completed", "passed"].includes(api.LMSGetValue("cmi.core.lesson_status"));
  if (!status || status === "not attempted") api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  const resumed = Number(api.LMSGetValue("cmi.core.lesson_location"));
  if (resumed > 0 && !done()) video.addEventListener("loadedmetadata", () => { video.currentTime = resumed; }, { once: true });
  let saved = 0;
  video.addEventListener("timeupdate", () => {
    if (video.duration && video.currentTime >= 0.95 * video.duration && !done()) {
      api.LMSSetValue("cmi.core.lesson_status", "completed");
      api.LMSCommit("");
    }
    if (Math.abs(video.currentTime - saved) < 10) return;
    saved = video.currentTime;
    api.LMSSetValue("cmi.core.lesson_location", saved.toFixed(1));
    api.LMSCommit("");
  });
  const opened = Date.now();
  const padded = (number) => String(Math.floor(number)).padStart(2, "0");
  addEventListener("pagehide", () => {
    const seconds = (Date.now() - opened) / 1000;
    api.LMSSetValue("cmi.core.session_time", [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(padded).join(":"));
    if (!done()) api.LMSSetValue("cmi.core.lesson_location", video.currentTime.toFixed(1));
    api.LMSSetValue("cmi.core.exit", done() ? "" : "suspend"); /* platforms keep the place of a suspended session only */
    api.LMSCommit("");
    api.LMSFinish("");
  }, { once: true });
}
</script>
"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="videogen-{id}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
 <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
 <organizations default="course">
  <organization identifier="course"><title>{title}</title>
   <item identifier="item" identifierref="video" isvisible="true"><title>{title}</title></item>
  </organization>
 </organizations>
 <resources>
  <resource identifier="video" type="webcontent" adlcp:scormtype="sco" href="index.html">{files}</resource>
 </resources>
</manifest>
"""
"""Format: SCORM 1.2, Content Aggregation Model."""


def write_page(files: VideoFiles, target: Path, *, scorm_id: str = "") -> None:
    """Write the zip with the page; with an id it is a package for learning platforms."""
    poster = files.paths.get(THUMBNAIL)
    data = {
        "captions": [list(cue) for cue in cues(files)],
        "chapters": files.metadata["chapters"],
        "scenes": [{"title": scene["title"], "sentences": scene["sentences"]} for scene in files.scenes],
    }
    page = PAGE.format(
        language=html.escape(files.language),
        title=html.escape(files.title),
        poster=' poster="poster.jpg"' if poster else "",
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        more=SCORM_SCRIPT if scorm_id else "",
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        package.writestr("index.html", page, zipfile.ZIP_DEFLATED)
        package.write(files.paths[VIDEO], "video.mp4")
        if poster:
            package.write(poster, "poster.jpg")
        if scorm_id:
            names = ["index.html", "video.mp4", *(["poster.jpg"] if poster else [])]
            entries = "".join(f"<file href={quoteattr(name)}/>" for name in names)
            package.writestr(
                "imsmanifest.xml", MANIFEST.format(id=scorm_id, title=escape(files.title), files=entries), zipfile.ZIP_DEFLATED
            )
