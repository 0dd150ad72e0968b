import pytest

from tests.pipeline.films import Made, run


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The script above as a film, spoken by hibari."""
    return run(tmp_path_factory.mktemp("film"), tmp_path_factory.mktemp("cache"))
