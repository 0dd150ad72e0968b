"""The addresses of the Django application of neighbours.py."""

from __future__ import annotations

import json
import time
from typing import Any

import django_eventstream
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django_eventstream import models
from django_eventstream.storage import DjangoModelStorage

from tests.bench.neighbours import EVENT

CHANNEL = "bench"
stored_at: list[float] = []
append_event = DjangoModelStorage.append_event


def append_and_note(self: DjangoModelStorage, *arguments: Any) -> Any:
    stored = append_event(self, *arguments)
    stored_at.append(time.monotonic())
    return stored


DjangoModelStorage.append_event = append_and_note


def say(request: HttpRequest) -> JsonResponse:
    stored_at.clear()
    for _ in range(int(request.GET["times"])):
        django_eventstream.send_event(CHANNEL, "message", EVENT | {"message": request.GET["of"]})
    return JsonResponse({"at": stored_at[0]})


def fill(request: HttpRequest) -> JsonResponse:
    """Puts so many events into its tables at once, for replays, and tells what a client asks for that wants to have them."""
    counter = models.EventCounter.objects.get(name=CHANNEL)
    data = json.dumps(json.dumps(EVENT | {"message": request.GET["of"]}))
    last = counter.value + int(request.GET["times"])
    rows = (models.Event(channel=CHANNEL, type="message", data=data, eid=eid) for eid in range(counter.value + 1, last + 1))
    models.Event.objects.bulk_create(rows, batch_size=1000)
    models.EventCounter.objects.filter(name=CHANNEL).update(value=last)
    return JsonResponse({"last_id": f"{CHANNEL}:{counter.value}"})


urlpatterns = [path("stream", include("django_eventstream.urls"), {"channels": [CHANNEL]}), path("say", say), path("fill", fill)]
