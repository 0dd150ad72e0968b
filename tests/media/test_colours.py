"""Colours of HDR and of wide gamuts look in a video as they were meant."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from videogen.media import colours, footage

PATCHES = ((0.75, 0.75, 0.75), (0.5, 0.5, 0.5), (0.6, 0.1, 0.1), (0.1, 0.55, 0.1), (0.1, 0.1, 0.6), (0.6, 0.45, 0.35))


def ycbcr(rgb: tuple[float, ...]) -> list[int]:
    """R'G'B' as 10-bit Y'CbCr of BT.2020 in limited range (BT.2100, tables 6 and 9)."""
    r, g, b = rgb
    y = 0.2627 * r + 0.6780 * g + 0.0593 * b
    return [round(64 + 876 * y), round(512 + 896 * (b - y) / 1.8814), round(512 + 896 * (r - y) / 1.4746)]


def hdr(path: Path, transfer: int, patches: tuple[tuple[float, ...], ...] = PATCHES) -> Path:
    """A video of 10 bits with patches beside each other, each 32 pixels wide."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=10, options={"crf": "2", "preset": "ultrafast", "x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 32 * len(patches), 64, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, transfer, 9, 1
        for number in range(3):
            frame = av.VideoFrame(stream.width, stream.height, "yuv420p10le")
            for n, plane in enumerate(frame.planes):
                rows: NDArray[np.uint16] = np.zeros((plane.height, plane.line_size // 2), np.uint16)
                for at, patch in enumerate(patches):
                    wide = 32 if n == 0 else 16
                    rows[:, at * wide : (at + 1) * wide] = ycbcr(patch)[n]
                plane.update(rows.tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 10)
            frame.color_trc, frame.color_primaries, frame.colorspace, frame.color_range = transfer, 9, 9, 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("transfer", [colours.HLG, colours.PQ], ids=["HLG", "PQ"])
def test_hdr_is_tone_mapped_as_the_formulas_say(tmp_path: Path, transfer: int) -> None:
    shown = footage.Projector(hdr(tmp_path / "a.mp4", transfer), (32 * len(PATCHES), 64)).at(0.1)
    for at, patch in enumerate(PATCHES):
        meant = 255 * colours.to_bt709(np.array(patch), transfer, colours.BT2020)
        assert np.allclose(shown[32, 32 * at + 16], meant, atol=6), patch


# What colour-science 0.4.6 gives for SIGNALS in BT.2020: light by its eotf_BT2100_HLG (black 0, peak 1,000 cd/m2) or eotf_ST2084, BT.2390's
# EETF from 1,000 to 100 cd/m2 on the brightest part with SciPy's CubicHermiteSpline, its matrix_RGB_to_RGB to BT.709 without adaptation,
# and the inverse of a gamma of 2.4. None of it is of this project.
SIGNALS = (*((grey,) * 3 for grey in (0.75, 0.58, 0.5, 0.25)), *PATCHES[2:], (0.35, 0.45, 0.6), (0.7, 0.65, 0.3))
REFERENCE = {
    colours.HLG: """242 242 242  207 207 207  186 186 186  96 96 96  245 0 27  0 205 0  0 35 195  234 152 123  92 160 210  250 208 75""",
    colours.PQ: """255 255 255  242 242 242  216 216 216  74 74 74  255 0 0  0 247 0  0 0 255  255 106 67  0 136 255  255 204 0""",
}


@pytest.mark.parametrize("transfer", [colours.HLG, colours.PQ], ids=["HLG", "PQ"])
def test_hdr_is_tone_mapped_as_by_another_library(tmp_path: Path, transfer: int) -> None:
    meant = np.array(REFERENCE[transfer].split(), float).reshape(-1, 3)
    exact = 255 * colours.to_bt709(np.array(SIGNALS), transfer, colours.BT2020)
    assert np.abs(exact - meant).max() <= 1
    path = hdr(tmp_path / "a.mp4", transfer, SIGNALS)
    shown = footage.Projector(path, (32 * len(SIGNALS), 64)).at(0.1)[32, 16::32].astype(float)
    assert np.abs(shown - meant).max() <= 10


@pytest.mark.parametrize(("transfer", "white"), [(colours.HLG, 0.75), (colours.PQ, 0.58)], ids=["HLG", "PQ"])
def test_red_stays_red_and_white_white(transfer: int, white: float) -> None:
    """Diffuse white of BT.2408, 203 cd/m2, and the red of BT.709 within BT.2020."""
    drawn = 255 * colours.to_bt709(np.array([white] * 3), transfer, colours.BT2020)
    assert drawn.min() > 235 and np.ptp(drawn) < 1
    red = 255 * colours.to_bt709(np.array([0.5, 0.2, 0.1]), transfer, colours.BT2020)
    assert red[0] > 100 and red[1] < 0.5 * red[0] and red[2] < 0.5 * red[0]


def test_brighter_is_never_darker_and_the_peak_is_white() -> None:
    ramp = np.repeat(np.linspace(0, 1, 200)[:, None], 3, axis=1)
    for transfer in (colours.HLG, colours.PQ):
        drawn = colours.to_bt709(ramp, transfer, colours.BT2020)
        assert (np.diff(drawn[:, 0]) >= -1e-9).all()
        assert drawn[0, 0] == pytest.approx(0, abs=0.01) and drawn[-1, 0] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("space", "full"), [(1, False), (5, False), (1, True), (5, True), (9, False)])
def test_other_matrices_and_ranges_give_the_same_red(tmp_path: Path, space: int, full: bool) -> None:
    path = tmp_path / "red.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "4", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 1, 1, space, 2 if full else 1
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), (200, 60, 30), np.uint8), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace=space, dst_color_range=2 if full else 1)
        frame.pts, frame.time_base = 0, Fraction(1, 10)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert np.allclose(footage.Projector(path, (16, 16)).at(0)[8, 8], (200, 60, 30), atol=6)
