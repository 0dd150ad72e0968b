"""Every answer of the API held to the shape that its view promises."""

from __future__ import annotations

import pytest
from flask import Flask, Response, current_app, request
from pydantic import BaseModel, ValidationError

from videogen.web.operations import Operation
from videogen.web.shapes import Problem


def hold_to_its_word(app: Flask) -> None:
    """From now on a test that gets an answer of another shape fails."""

    @app.after_request
    def check(response: Response) -> Response:
        if response.mimetype == "application/problem+json":
            hold(response, Problem)
        elif response.mimetype == "application/json" and response.status_code < 300 and request.endpoint and request.method != "HEAD":
            operation: Operation | None = getattr(current_app.view_functions[request.endpoint], "operation", None)
            if operation and not isinstance(operation.answer, str):
                hold(response, operation.answer)
        return response


def hold(response: Response, shape: type[BaseModel]) -> None:
    """Fail the test whose answer has another shape.

    `pytest.fail` raises no Exception: of one the application would make an answer 500, and the test would stumble over what is not in it.
    """
    try:
        shape.model_validate_json(response.get_data())
    except ValidationError as error:
        pytest.fail(
            f"{request.method} {request.path} is not answered as {shape.__module__}.{shape.__name__} says. "
            f"A new field is entered there, with a description.\n{error}"
        )
