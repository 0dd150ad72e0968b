"""A video as a presentation (.pptx): each scene is a slide with its picture, and what is spoken in the notes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from videogen.errors.system import ExtraMissing
from videogen.exports.video_files import VideoFiles, narration

WIDTH_EMU = 12_192_000
BLANK_LAYOUT = 6


def write_deck(files: VideoFiles, target: Path, progress: Callable[[int, int], None]) -> None:
    """Write the presentation. Raises ExtraMissing without python-pptx."""
    try:
        from pptx import Presentation
        from pptx.util import Emu
    except ImportError as error:
        raise ExtraMissing("A presentation needs python-pptx.", hint="Install it: pip install 'videogen[export]'") from error
    deck = Presentation()
    deck.slide_width = Emu(WIDTH_EMU)
    deck.slide_height = Emu(round(WIDTH_EMU * files.metadata["height"] / files.metadata["width"]))
    deck.core_properties.title, deck.core_properties.language = files.title[:255], files.language
    for done, (scene, picture) in enumerate(files.pictures()):
        progress(done, len(files.scenes))
        slide = deck.slides.add_slide(deck.slide_layouts[BLANK_LAYOUT])
        shown = slide.shapes.add_picture(io.BytesIO(picture), 0, 0, deck.slide_width, deck.slide_height)
        shown._element.nvPicPr.cNvPr.set("descr", scene["title"] or files.title)
        if frame := slide.notes_slide.notes_text_frame:
            frame.text = narration(scene)
    deck.save(str(target))
