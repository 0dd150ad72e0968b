"""High dynamic range and wide gamuts as BT.709: tone-mapped by ITU-R BT.2390, through a table that FFmpeg looks colours up in.

BT.2100's curves give the light of each pixel in candelas per square metre. The EETF of BT.2390-10 section 5.4 brings the brightest of its
three parts from a display of 1,000 cd/m2 to one of 100 cd/m2, which SDR is graded on; the others go along, so hues stay.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from functools import cache

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

Rgb = NDArray[np.float64]
PQ, HLG = 16, 18
BT709, BT2020, P3_DCI, P3_D65 = 1, 9, 11, 12
PEAK, WHITE = 1000.0, 100.0
"""Of the display that HDR is graded for, and of SDR's white on it, in cd/m2."""
SDR_GAMMA = 2.4
POINTS = 65
WORKED_IN = "gbrp16le"
"""Planes of 16 bits: for these FFmpeg looks colours up eight at a time, three times as fast as for packed ones."""
_PRIMARIES = {
    BT709: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    BT2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    P3_D65: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_D65 = (0.3127, 0.3290)


def needs_conversion(frame: av.VideoFrame) -> bool:
    """Return whether a frame's colours are not those of BT.709 or close to it: HDR, or primaries of a wide gamut."""
    return frame.color_trc in (PQ, HLG) or frame.color_primaries in (BT2020, P3_DCI, P3_D65)


class Converter:
    """Convert the frames of one video to RGB of BT.709 at a size (width, height)."""

    def __init__(self, frame: av.VideoFrame, size: tuple[int, int]) -> None:
        self._size = size
        self._graph = Graph()
        self._graph.threads = 1
        source = self._graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat(WORKED_IN), time_base=Fraction(1, 1000))
        with tempfile.NamedTemporaryFile("w", suffix=".cube") as file:  # read while the graph is built, and not needed after
            file.write(cube(int(frame.color_trc), int(frame.color_primaries)))
            file.flush()
            path = file.name.replace("\\", "\\\\").replace(":", "\\:").replace("'", "\\'")
            last = source
            for name, arguments in (("lut3d", f"file={path}:interp=tetrahedral"), ("format", "rgb24"), ("buffersink", "")):
                following = self._graph.add(name, arguments)
                last.link_to(following)
                last = following
            self._graph.configure()
        self._source, self._sink = source, last

    def convert(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        """Return a frame as RGB, uint8 of shape (height, width, 3)."""
        matrix = frame.colorspace if frame.colorspace != 2 else BT2020 if frame.color_primaries == BT2020 else BT709
        full = frame.reformat(*self._size, WORKED_IN, src_colorspace=matrix, interpolation="BICUBIC")
        full.pts, full.time_base = 0, Fraction(1, 1000)
        self._source.push(full)
        drawn = self._sink.pull()
        assert isinstance(drawn, av.VideoFrame)
        return np.asarray(drawn.to_ndarray(), np.uint8)


def to_bt709(signal: Rgb, transfer: int, primaries: int) -> Rgb:
    """Return R'G'B' of BT.709, 0..1, for R'G'B' of another kind (last axis of 3): the exact conversion that the table holds."""
    if transfer in (PQ, HLG):
        light = _pq_light(signal) if transfer == PQ else _hlg_light(signal)
        brightest = light.max(axis=-1, keepdims=True)
        scale = _eetf(brightest) / np.maximum(brightest, 1e-6)
        linear = light * scale / WHITE
    else:
        linear = np.clip(signal, 0.0, 1.0) ** SDR_GAMMA
    known = P3_D65 if primaries == P3_DCI else primaries if primaries in _PRIMARIES else BT2020 if transfer in (PQ, HLG) else BT709
    linear = linear @ (np.linalg.inv(_to_xyz(BT709)) @ _to_xyz(known)).T
    return np.asarray(np.clip(linear, 0.0, 1.0) ** (1 / SDR_GAMMA), np.float64)


@cache
def cube(transfer: int, primaries: int) -> str:
    """Return the conversion as a table in the format .cube, red fastest."""
    steps = np.linspace(0.0, 1.0, POINTS)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = to_bt709(np.stack([red, green, blue], axis=-1), transfer, primaries).reshape(-1, 3)
    # Every number that there may be is written once: writing those of all colours takes half a second.
    numbers = np.array([b"%.5f " % (number / 100_000) for number in range(100_001)])
    written = numbers[np.rint(colours * 100_000).astype(np.intp)].view(np.uint8).reshape(-1, 3, 8)
    written[:, 2, 7] = ord("\n")
    return f"LUT_3D_SIZE {POINTS}\n{written.tobytes().decode()}"


_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _pq_light(signal: Rgb) -> Rgb:
    """Return the light of a PQ signal in cd/m2 (BT.2100, table 4)."""
    powered = np.clip(signal, 0.0, 1.0) ** (1 / _M2)
    return np.asarray(10_000.0 * (np.maximum(powered - _C1, 0.0) / (_C2 - _C3 * powered)) ** (1 / _M1), np.float64)


def _pq_signal(light: Rgb) -> Rgb:
    powered = (np.maximum(light, 0.0) / 10_000.0) ** _M1
    return np.asarray(((_C1 + _C2 * powered) / (1 + _C3 * powered)) ** _M2, np.float64)


def _hlg_light(signal: Rgb) -> Rgb:
    """Return the light of an HLG signal on a display of 1,000 cd/m2 (BT.2100, table 5: inverse OETF, then the OOTF with a gamma of 1.2)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    signal = np.clip(signal, 0.0, 1.0)
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593])
    return np.asarray(PEAK * np.maximum(luminance, 1e-9)[..., None] ** 0.2 * scene, np.float64)


def _eetf(light: Rgb) -> Rgb:
    """Apply BT.2390's tone mapping from a peak of PEAK to one of WHITE, both in cd/m2, with black at 0."""
    top = float(_pq_signal(np.array(PEAK)))
    signal = np.clip(_pq_signal(light) / top, 0.0, 1.0)
    most = float(_pq_signal(np.array(WHITE))) / top
    knee = 1.5 * most - 0.5
    t = (signal - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    return _pq_light(np.where(signal < knee, signal, spline) * top)


@cache
def _to_xyz(primaries: int) -> Rgb:
    """Return the matrix from linear RGB of some primaries, with D65 as white, to XYZ."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in _PRIMARIES[primaries]]).T
    x, y = _D65
    return np.asarray(columns * np.linalg.solve(columns, np.array([x / y, 1.0, (1 - x - y) / y])), np.float64)
