"""Files and names made to mislead: nothing they point to is opened, nothing they promise is believed, and none of them takes long."""

from __future__ import annotations

import io
import json
import socket
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from models.errors import VideogenError
from tests.support.presentations import talk
from videogen.errors.script import BadAsset, BadDocument
from videogen.importers.document_request import DocumentRequest
from videogen.importers.presentation import import_presentation
from videogen.media import footage, images, sniff
from videogen.media.inspection import inspect
from videogen.pipeline.script_files import LocalFiles, UploadedFiles, resolve
from videogen.script import read
from videogen.script.sample_yaml import written_samples

SECRET = "the secret of this machine"
LONGEST_S = 5.0


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """What a forged file points to: nobody may ever connect."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def assert_untouched(server: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        server.accept()


PLAYLISTS: dict[str, Callable[[str, Path], str]] = {
    "HLS with a file": lambda _, secret: f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "HLS with an address": lambda url, _: f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}/a.ts\n#EXT-X-ENDLIST\n",
    "HLS with a key at an address": lambda url, _: f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}/key"\n#EXTINF:9,\n/a.ts\n',
    "HLS with a map of a file": lambda _, secret: f'#EXTM3U\n#EXT-X-MAP:URI="{secret}"\n#EXTINF:9,\nconcat:{secret}|{secret}\n',
    "a script of concat": lambda url, secret: f"ffconcat version 1.0\nfile {secret}\nfile {url}/a.mp4\n",
    "a script of concat with an option": lambda _, secret: (
        f"ffconcat version 1.0\noption safe 0\nfile 'subfile,,start,0,end,9,,:{secret}'\n"
    ),
    "DASH": lambda url, _: f'<?xml version="1.0"?><MPD><Period><BaseURL>{url}/</BaseURL></Period></MPD>',
    "SDP": lambda url, _: f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {url.rpartition(':')[2]} RTP/AVP 96\n",
    "PLS": lambda url, _: f"[playlist]\nFile1={url}/a.mp3\nNumberOfEntries=1\n",
    "ASX": lambda url, _: f'<asx version="3.0"><entry><ref href="{url}/a.asf"/></entry></asx>',
    "a reference of QuickTime": lambda url, _: f'<?xml version="1.0"?><?quicktime type="application/x-qtmedia"?><embed src="{url}/a.mov"/>',
}


@pytest.mark.parametrize("name", ["a.m3u8", "a.mp4", "a.ts", "a.mp3", "a.png"])
@pytest.mark.parametrize("kind", PLAYLISTS)
def test_playlists_lead_to_no_file_and_no_address(tmp_path: Path, server: socket.socket, secret: Path, kind: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(PLAYLISTS[kind](f"http://127.0.0.1:{server.getsockname()[1]}", secret))
    for opened in (footage.probe, images.check):
        with pytest.raises(BadAsset) as refused:
            opened(path)
        assert SECRET not in str(refused.value)
    assert_untouched(server)


NAMES = (
    "file://{secret}",
    "{secret}",
    "../secret.txt",
    "talk/../../secret.txt",
    "..\\secret.txt",
    "concat:{secret}|{secret}",
    "subfile,,start,0,end,9,,:{secret}",
    "data:text/plain;base64,AAAA",
    "pipe:0",
    "fd:0",
    "{url}/a.png",
    "//127.0.0.1:{port}/a.png",
    "\\\\127.0.0.1\\share\\a.png",
    "ftp://127.0.0.1:{port}/a.png",
    "gopher://127.0.0.1:{port}/_x",
    "rtmp://127.0.0.1:{port}/a",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:{port}/a.png",
    "http://2130706433:{port}/a.png",
    "/proc/self/environ",
    "/dev/zero",
)
FIELDS = {
    "image": "- kind: image\n  file: {name!r}",
    "clip": "- kind: clip\n  file: {name!r}",
    "csv": "- kind: chart\n  type: bar\n  csv: {name!r}",
    "recording": "- kind: text\n  paragraphs: [Hello]\n  recording: {name!r}",
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_a_script_leads_to_a_file_or_an_address(
    tmp_path: Path, server: socket.socket, secret: Path, field: str, name: str
) -> None:
    port = server.getsockname()[1]
    name = name.format(secret=secret, url=f"http://127.0.0.1:{port}", port=port)
    (tmp_path / "talk").mkdir()
    source = f"title: Film\nscenes:\n{FIELDS[field].format(name=name)}\n- kind: text\n  paragraphs: [Rest]\n"
    script = read(source, "yaml").script
    for files in (LocalFiles(tmp_path / "talk"), UploadedFiles({})):
        assert resolve(script, files, "skip").files == {}
    assert_untouched(server)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all texts within a value of JSON."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """A copy of the value with another text at a path."""
    if not path:
        return text
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = replaced(copied[path[0]], path[1:], text)
    return copied


SCENES = [yaml.safe_load(sample["yaml"])[0] for sample in written_samples()]
LEADS_OUT = ("{secret}", "../secret.txt", "file://{secret}", "{url}/a.png", "concat:{secret}|{secret}")
FORMS = (
    *("![a](<{name}>)", "![bg](<{name}>)", "![bg left:40%](<{name}>)", "![[{name}]]", "![[{name}|200]]", "[a](<{name}>)", "<{name}>"),
    *('<img src="{name}">', '<video src="{name}" controls></video>', '<audio src="{name}"></audio>', '<iframe src="{name}"></iframe>'),
    *('<object data="{name}"></object>', '<embed src="{name}">', '<link rel="stylesheet" href="{name}">', '<script src="{name}"></script>'),
    *('<picture><source srcset="{name}"><img src="{name}"></picture>', '<div style="background: url({name})">x</div>'),
    *('{{{{< figure src="{name}" >}}}}', "{{{{< include {name} >}}}}", "{{% include {name} %}}", '--8<-- "{name}"', "{{! {name} !}}"),
    *("```{{figure}} {name}\n```", "```{{literalinclude}} {name}\n```", "```{{include}} {name}\n```", "```{{image}} {name}\n```"),
    *(".. include:: {name}", ".. image:: {name}", "!!!include({name})!!!", "<<< {name}", "@import {name}", "\\includegraphics{{{name}}}"),
    *("```chart\ntype: bar\ncsv: {name}\n```", "$$\\input{{{name}}}$$", "$$\\includegraphics{{{name}}}$$", "import x from '{name}'"),
    *("::: image\n{name}\n:::", "::: clip\n{name}\n:::", "<!-- recording: {name} -->", "<!-- _backgroundImage: url({name}) -->"),
    *("---\nsrc: {name}\n---\n\n# A", "---\nlayout: image\nimage: {name}\n---\n\n# A", "---\nbackground: {name}\n---\n\n# A"),
)
KEYS = (
    *("theme", "cover", "logo", "background", "image", "src", "css", "bibliography", "include", "voice", "recording", "music", "author"),
    *("title", "header-includes", "music_file"),
)


@pytest.mark.parametrize("name", LEADS_OUT)
@pytest.mark.parametrize("scene", SCENES, ids=[scene["kind"] for scene in SCENES])
def test_no_text_of_any_scene_leads_to_a_file_or_an_address(
    tmp_path: Path, server: socket.socket, secret: Path, scene: dict[str, Any], name: str
) -> None:
    """Every text of a sample of each kind, and every field that the kind has: also those that are added one day."""
    port = server.getsockname()[1]
    name = name.format(secret=secret, url=f"http://127.0.0.1:{port}", port=port)
    (tmp_path / "talk").mkdir()
    (model,) = {type(one) for one in read(json.dumps({"title": "A", "scenes": [scene]}), "json").script.scenes}
    scenes = [replaced(scene, path, name) for path in leaves(scene) if path != ("kind",)]
    scenes += [scene | {field: value} for field in model.model_fields if field != "kind" for value in (name, [name])]
    for changed in scenes:
        try:
            script = read(json.dumps({"title": "A", "scenes": [changed]}), "json").script
        except VideogenError:
            continue
        for files in (LocalFiles(tmp_path / "talk"), UploadedFiles({})):
            with suppress(VideogenError):
                assert resolve(script, files, "skip").files == {}, changed
    assert_untouched(server)


@pytest.mark.parametrize("name", LEADS_OUT)
def test_no_markup_and_no_key_leads_to_a_file_or_an_address(tmp_path: Path, server: socket.socket, secret: Path, name: str) -> None:
    port = server.getsockname()[1]
    name = name.format(secret=secret, url=f"http://127.0.0.1:{port}", port=port)
    (tmp_path / "talk").mkdir()
    texts = [f"# Film\n\nWords\n\n{form.format(name=name)}\n\nMore words\n" for form in FORMS]
    texts += [f"{form.format(name=name)}\n\n# Film\n\nWords\n" for form in FORMS]
    texts += [f"---\n{key}: {json.dumps(value)}\n---\n\n# Film\n\nWords\n" for key in KEYS for value in (name, [name], {"file": name})]
    for text in texts:
        try:
            script = read(text, "markdown").script
        except VideogenError as refused:
            assert SECRET not in str(refused)
            continue
        assert SECRET not in script.model_dump_json(), text
        for files in (LocalFiles(tmp_path / "talk"), UploadedFiles({})):
            with suppress(VideogenError):
                assert resolve(script, files, "skip").files == {}, text
    assert_untouched(server)


UNFOLD: dict[str, tuple[str, str]] = {
    "YAML of aliases": (
        "yaml",
        "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in pairwise("abcdefghij")),
    ),
    "YAML that contains itself": ("yaml", "title: A\nscenes: &s\n- kind: text\n  paragraphs: *s\n"),
    "YAML of merge keys": ("yaml", "a0: &a0 {k: v}\n" + "".join(f"a{n + 1}: &a{n + 1} {{<<: [*a{n}, *a{n}]}}\n" for n in range(60))),
    "YAML of deep lists": ("yaml", "[" * 50_000),
    "JSON of deep lists": ("json", "[" * 500_000),
    "JSON of a long number": ("json", '{"title": ' + "9" * 500_000 + "}"),
    "front matter of aliases": (
        "markdown",
        "---\na: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijklmnopqrstuvwxyz")) + "---\n\n# A\n",
    ),
    "quotations in quotations": ("markdown", ">" * 50_000 + " a"),
    "lists in lists": ("markdown", "".join(f"{'  ' * n}- a\n" for n in range(200))),
    "brackets": ("markdown", "[" * 100_000),
    "emphasis": ("markdown", "*a **b " * 1_500),
    "backticks": ("markdown", " ".join("`" * n for n in range(1, 800))),
    "links in pictures": ("markdown", "![" * 8_000 + "](a)" * 8_000),
    "spaces after a div": ("markdown", f"# A\n\n:::{' ' * 20_000}{{!\n\nx\n"),
    "spaces in a cell": ("markdown", f"# A\n\n| a | b |\n|---|---|\n| x | ${' ' * 20_000}! |\n"),
    "HTML in HTML": ("markdown", "<div>" * 50_000),
    "divs in divs": ("markdown", "".join(f"{':' * (n + 3)} note\n" for n in range(200))),
    "substitutions in substitutions": (
        "markdown",
        "---\nsubstitutions:\n"
        + "".join(f"  v{n}: '{{{{ v{n + 1} }}}}{{{{ v{n + 1} }}}}'\n" for n in range(40))
        + "---\n\n# A\n\n{{ v0 }}\n",
    ),
    "a table of many columns": ("markdown", f"|{'a|' * 3_000}\n|{'-|' * 3_000}\n|{'b|' * 3_000}\n"),
    "a formula of braces": ("markdown", f"# A\n\n$$\n{'{' * 20_000}x{'}' * 20_000}\n$$\n"),
    "braces round a bracket": ("markdown", "# A\n\n$$\n\\lef{{{{{{{{{{{tme{t[erat]\n$$\n"),
    "macros of macros": (
        "markdown",
        "# A\n\n$$\n" + "".join(f"\\newcommand{{\\m{chr(97 + n)}}}{{\\m{chr(98 + n)}\\m{chr(98 + n)}}}" for n in range(16)) + "\\ma\n$$\n",
    ),
    "footnotes of footnotes": ("markdown", "# A\n\na[^0]\n\n" + "".join(f"[^{n}]: b[^{n + 1}][^{n + 1}]\n\n" for n in range(40))),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UNFOLD)
def test_scripts_that_unfold_are_refused_or_read_within_seconds(kind: str) -> None:
    format, text = UNFOLD[kind]
    began = time.process_time()
    with suppress(VideogenError):
        script = read(text, format).script
        assert len(script.model_dump_json()) < 20 * len(text) + 100_000
    assert time.process_time() - began < LONGEST_S


@pytest.mark.parametrize("name", NAMES)
def test_no_picture_of_markdown_leads_to_a_file_or_an_address(tmp_path: Path, server: socket.socket, secret: Path, name: str) -> None:
    port = server.getsockname()[1]
    name = name.format(secret=secret, url=f"http://127.0.0.1:{port}", port=port)
    (tmp_path / "talk").mkdir()
    script = read(f"# Film\n\ntext\n\n![picture](<{name}>)\n", "markdown").script
    for files in (LocalFiles(tmp_path / "talk"), UploadedFiles({})):
        assert not any(Path(path) == secret for path in resolve(script, files, "skip").files.values())
    assert_untouched(server)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def saved(format: str, size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("1" if format == "TIFF" else "P", size).save(file, format, **({"compression": "group4"} if format == "TIFF" else {}))
    return file.getvalue()


TINY = zlib.compress(bytes(72))
BOMBS: dict[str, Callable[[], bytes]] = {
    "a PNG of many pixels": lambda: png(30_000, 30_000, zlib.compress(bytes(30_000_000), 9)),
    "a PNG whose text unpacks": lambda: png(8, 8, TINY, chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(2**27), 1))),
    "a PNG whose colour profile unpacks": lambda: png(8, 8, TINY, chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(2**27), 1))),
    "a GIF of many pixels": lambda: b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b",\0\0\0\0\xff\xff\xff\xff\0\2\2\x44\1\0;",
    "a TIFF of many pixels": lambda: saved("TIFF", (20_000, 20_000)),
    "a BMP that promises too much": lambda: (
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 1, 1, 0, 0)
    ),
    "a gzipped drawing that unpacks": lambda: gzipped(b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * 2**27),
}


def gzipped(content: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_pictures_that_unpack_to_too_much_are_refused_or_read_within_seconds(tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(BOMBS[bomb]())
    assert path.stat().st_size < 4_000_000
    began = time.process_time()
    try:
        inspect(path)
    except BadAsset as refused:
        assert refused.hint
    else:
        assert "8, 8" in str(images.size(path))
    assert time.process_time() - began < LONGEST_S


def imported(path: Path) -> None:
    (path.parent / "pictures").mkdir()
    import_presentation(DocumentRequest(path, path.name, path.parent / "pictures"))


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["pptx", "docx"])
def test_archives_that_unpack_to_too_much_are_refused_before_that(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"bomb.{ending}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for number in range(9):
            file.writestr(f"ppt/media/{number}.png", bytes(50_000_000))
    began = time.process_time()
    with pytest.raises(BadDocument, match="unpacked"):
        imported(path)
    assert time.process_time() - began < LONGEST_S


def test_links_and_paths_in_an_archive_lead_nowhere(tmp_path: Path, secret: Path) -> None:
    """What is a link, or whose name leads out, is content like any other: nothing is unpacked to a path."""
    talk(tmp_path / "talk.pptx")
    link = zipfile.ZipInfo("ppt/media/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "talk.pptx", "a") as file:
        file.writestr(link, str(secret))
        file.writestr("../escaped.txt", "out")
        file.writestr(str(tmp_path / "absolute.txt"), "out")
    before = set(tmp_path.iterdir()) | {tmp_path / "pictures"}
    imported(tmp_path / "talk.pptx")
    assert set(tmp_path.iterdir()) == before
    assert not any(path.is_symlink() or SECRET.encode() in path.read_bytes() for path in (tmp_path / "pictures").iterdir())
    assert not (tmp_path.parent / "escaped.txt").exists()


@pytest.mark.parametrize("unit", ["<!---->", "<!-- -- > -->\n", "<!DOCTYPE svg[]>", "<!DOCTYPE svg [ ]x ]>", "<?xml?> "])
def test_what_a_file_is_takes_no_longer_for_many_comments_before_it(tmp_path: Path, unit: str) -> None:
    file = tmp_path / "many"
    for end, kind in (("<svg>", "image/svg+xml"), ("<html>", "text/csv")):
        file.write_text(unit * (4000 // len(unit)) + end)
        began = time.process_time()
        assert sniff.media_type(file) == kind
        assert time.process_time() - began < 1.0
