"""The program that draws a thumbnail: python thumbnail_process.py FILM SECONDS WIDTH TARGET.

It runs in a process of its own, because moviepy and matplotlib may hang, in their imports too, and a process can be killed. It is
started by its path and imports nothing of the rest, so that it starts quickly.
"""

from __future__ import annotations

import os
import sys


def main(film: str, seconds: float, width: int, target: str) -> None:
    from moviepy import VideoFileClip

    with VideoFileClip(film, audio=False) as clip:
        clip.reader.initialize(seconds)  # a seek by time: moviepy itself would count frames, and one that is held for a second counts once
        frame = clip.get_frame(seconds)

    # The canvas by itself: pyplot would choose a window system and keep every figure in a registry of the process.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    dpi = 100
    height = round(width * frame.shape[0] / frame.shape[1])
    figure = Figure(figsize=(width / dpi, height / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.imshow(frame, interpolation="antialiased", aspect="auto")
    figure.savefig(target, dpi=dpi)


if __name__ == "__main__":
    os.dup2(1, 2)  # whoever started this reads one file, with all that was said in it
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
