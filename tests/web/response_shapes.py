"""Every answer of the API held to the shape that its view promises."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from videogen.web.operations import Operation
from videogen.web.shapes import Problem


def hold_to_its_word(app: Flask) -> None:
    """From now on a test that gets an answer of another shape fails."""

    @app.after_request
    def check(response: Response) -> Response:
        if response.mimetype == "application/problem+json":
            Problem.model_validate_json(response.get_data())
        elif response.mimetype == "application/json" and response.status_code < 300 and request.endpoint and request.method != "HEAD":
            operation: Operation | None = getattr(current_app.view_functions[request.endpoint], "operation", None)
            if operation and not isinstance(operation.answer, str):
                operation.answer.model_validate_json(response.get_data())
        return response
