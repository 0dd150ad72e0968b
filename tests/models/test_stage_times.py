import pytest

from models.database import Store
from tests.support.postgres import hand
from tests.support.sqlite_shell import sqlite
from tests.support.task_moves import Moves
from videogen.kinds.video import drawing_seconds_a_scene, seconds_a_scene


@pytest.mark.sqlite_only
def test_pace_is_known_once_a_video_was_made_and_not_from_one_whose_scenes_were_ready(store: Store) -> None:
    moves = Moves(store)
    with store.reading() as read:
        assert seconds_a_scene(read) is None
    made, again = moves.make(), moves.make("Again")
    sqlite(
        store.path,
        f"""UPDATE tasks SET started_at = '2026-01-01T00:00:00.000Z', finished_at = '2026-01-01T00:00:12.000Z',
            stages = json_set(stages, '$.video.made', 4) WHERE id = '{made.id}'""",
        f"UPDATE tasks SET stages = json_set(stages, '$.video.reused', 4) WHERE id = '{again.id}'",
    )
    with store.reading() as read:
        assert seconds_a_scene(read) == 3.0


@pytest.mark.sqlite_only
def test_pace_of_drawing_is_that_of_videos_of_the_same_size(store: Store) -> None:
    moves = Moves(store)
    small, large = moves.make("Small", options={"height": 480}), moves.make("Large", options={"height": 1080})
    for made, seconds in ((small, "08"), (large, "40")):
        at = "json_set(stages, '$.video.made', 4, '$.video.started_at', '2026-01-01T00:00:00.000Z', '$.video.finished_at'"
        hand(store, f"UPDATE tasks SET stages = {at}, '2026-01-01T00:00:{seconds}.000Z') WHERE id = '{made.id}'")
    with store.reading() as read:
        assert drawing_seconds_a_scene(read, {"height": 480, "voice": "none"}) == 2.0
        assert drawing_seconds_a_scene(read, {"height": 1080}) == 10.0
        assert drawing_seconds_a_scene(read, {"height": 720}) is None
