"""Kinds of files in words: which are accepted, and what to do with others."""

from __future__ import annotations

TAKEN = {
    "picture": "PNG, JPEG, SVG, WebP, AVIF, GIF, BMP, TIFF, ICO, JPEG 2000 or PPM",
    "video": "MP4, MOV, WebM, MKV, AVI, MPEG, WMV, FLV or OGV",
    "sound": "WAV, MP3, M4A, AAC, OGG, Opus, WebM, FLAC, AIFF, CAF or AMR",
    "table": "CSV",
}
WHAT_IS_TAKEN = f"Pictures are {TAKEN['picture']}, videos {TAKEN['video']}, sounds {TAKEN['sound']}, tables {TAKEN['table']}."
INSTEAD = {
    "image/heic": "Export the photo as JPEG; on an iPhone, Settings, Camera, Formats, Most Compatible takes JPEG from now on.",
    "image/jxl": "Export the picture as JPEG or PNG.",
    "image/vnd.adobe.photoshop": "Export the picture as PNG.",
    "application/postscript": "Export the drawing as SVG or PNG.",
    "application/pdf": "Save its pages as PNG.",
    "application/zip": "Unpack it, and take the files in it.",
}
NAMES = {
    "image/heic": "an HEIC photo",
    "image/jxl": "a JPEG XL picture",
    "image/vnd.adobe.photoshop": "a Photoshop file",
    "application/postscript": "PostScript",
    "application/pdf": "a PDF document",
    "application/zip": "an archive or an Office document",
    "application/octet-stream": "of a kind that is not known here (application/octet-stream)",
    "text/csv": "text (text/csv)",
}


def instead(kind: str, what: str) -> str:
    """Return what to do with a file of a media type that is no picture, video, sound or table (`what`), as it should be."""
    return INSTEAD.get(kind) or f"A {what} can be {TAKEN[what]}."
