from models import Store
from models.stage_times import seconds_a_scene
from tests.models.moves import Moves
from tests.models.shell import sqlite


def test_pace_is_known_once_a_film_was_made_and_not_from_one_whose_scenes_were_ready(store: Store) -> None:
    moves = Moves(store)
    with store.reading() as read:
        assert seconds_a_scene(read) is None
    film, again = moves.make(), moves.make("Again")
    sqlite(
        store.path,
        f"""UPDATE tasks SET started_at = '2026-01-01T00:00:00.000Z', finished_at = '2026-01-01T00:00:12.000Z',
            stages = json_set(stages, '$.video.made', 4) WHERE id = '{film.id}'""",
        f"UPDATE tasks SET stages = json_set(stages, '$.video.reused', 4) WHERE id = '{again.id}'",
    )
    with store.reading() as read:
        assert seconds_a_scene(read) == 3.0
