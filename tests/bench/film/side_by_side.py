"""The deck by our encoder and by three other ways, from the same script, with the same voice, preset and quality; caches empty."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

from tests.bench.film.running import SMALL, Run, program, render, script
from tests.bench.film.spoken import speak_script
from tests.bench.row import Row

CHAPTER = "\n# "
OTHERS = {"composite": "moviepy's CompositeVideoClip", "png": "a PNG a frame, joined by ffmpeg"}


def measure(*, quick: bool) -> list[Row]:
    options, height, voice = (SMALL, "240", "none") if quick else (("--voice", "hibari"), "1080", "hibari")
    rows = []
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as name:
        directory = Path(name)
        deck, all_moving = script("deck.md", directory), script("moving.yaml", directory)
        # It is over so soon that a single run says little: the middle one of three.
        ours = sorted((render(deck, directory / f"ours-{number}", *options) for number in range(3)), key=lambda run: run.took_s)[1]
        moving = speak_script(deck, directory / "ours-0", int(height), voice).moving_share()
        what = f"{ours.seconds:.0f} s of video in {ours.scenes} scenes at {height}p, {moving:.0%} of it moving, cache empty, whole process"
        rows.append(Row("the deck", _rate(ours), "", f"{what}: {_took(ours.took_s, ours.cpu_s)}"))
        reference = render(deck, directory / "reference", *options, "--writer", "moviepy")
        rows.append(_beside("moviepy, a frame function", ours, reference.took_s, reference.cpu_s, "10 times"))
        part = _first_chapter(deck)
        of_it = render(part, directory / "part", *options)
        for way, named in OTHERS.items():
            (directory / way).mkdir()
            took_s, cpu_s = program("tests.bench.film.writers", way, str(part), str(directory / way), height, voice)
            rows.append(_beside(f"{named}, {of_it.seconds:.0f} s of the deck", of_it, took_s, cpu_s, ""))
        rows.append(_likeness(ours.video, reference.video))
        moves = render(all_moving, directory / "moves", *options)
        share = speak_script(all_moving, directory / "moves", int(height), voice).moving_share()
        slow = render(all_moving, directory / "slow", *options, "--writer", "moviepy")
        both = f"{_took(moves.took_s, moves.cpu_s)}, moviepy {_took(slow.took_s, slow.cpu_s)}"
        how = f"{moves.seconds:.0f} s of video, {share:.0%} of it moving: {both}"
        rows.append(Row("a deck that always moves", f"{slow.took_s / moves.took_s:.1f} times as fast", "", how))
    return rows


def _first_chapter(deck: Path) -> Path:
    """The deck up to its second chapter: those who take minutes for all of it are measured on that."""
    file = deck.with_name("part.md")
    file.write_text(CHAPTER.join(deck.read_text().split(CHAPTER)[:2]))
    return file


def _rate(run: Run) -> str:
    return f"{run.seconds / run.took_s:.1f} s of video a second"


def _took(took_s: float, cpu_s: float) -> str:
    return f"{took_s:.1f} s, {cpu_s:.1f} s of processor"


def _beside(named: str, ours: Run, took_s: float, cpu_s: float, aim: str) -> Row:
    how = f"{_took(took_s, cpu_s)}: {cpu_s / ours.cpu_s:.1f} times ours"
    return Row(f"ours beside {named}", f"{took_s / ours.took_s:.1f} times as fast", aim, how)


def _likeness(ours: Path, reference: Path) -> Row:
    """SSIM of each frame, both videos at a constant 30 a second."""
    graph = "[0:v]fps=30[ours];[1:v]fps=30[reference];[ours][reference]ssim=stats_file=-"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-loglevel",
        "error",
        "-i",
        str(ours),
        "-i",
        str(reference),
        "-lavfi",
        graph,
        "-f",
        "null",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    all_of_it = [float(line.partition("All:")[2].split()[0]) for line in done.stdout.splitlines() if "All:" in line]
    mean = sum(all_of_it) / len(all_of_it)
    how = f"SSIM of every one of {len(all_of_it)} frames, both decoded to 30 a second; {mean:.4f} in the mean"
    return Row("likeness to moviepy's video", f"{min(all_of_it):.4f} at the least", "0.98", how)
