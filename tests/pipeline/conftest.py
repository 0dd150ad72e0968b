import pytest

from tests.support.short_video import RenderResult, run


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """The script above as a video, spoken by hibari."""
    return run(tmp_path_factory.mktemp("film"), tmp_path_factory.mktemp("cache"))
