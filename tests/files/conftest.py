from pathlib import Path

import pytest

from models.files.disk import DiskFiles
from models.files.storage import Files
from videogen.files.s3 import S3Files


@pytest.fixture
def s3_files(bucket: str, data: Path) -> S3Files:
    return S3Files(f"s3://{bucket}/some/where", data)


@pytest.fixture(params=["disk", "s3"])
def files(request: pytest.FixtureRequest, data: Path) -> Files:
    """Each storage."""
    if request.param == "s3":
        s3_files: S3Files = request.getfixturevalue("s3_files")
        return s3_files
    return DiskFiles(data)
