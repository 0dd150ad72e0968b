"""Kinds of task: what a task's payload, stages, labels and files are, and what runs it. Videos are the first kind.

May import `models`, `videogen.pipeline` and what is below it. Everything above asks a kind instead of knowing videos. Importing this
package is light: handlers are imported in the renderer that runs them. Other packages bring kinds by the entry points `videogen.kinds`.
"""

from models.retry_policy import RetryPolicy
from videogen.kinds.job import Job, JobStage
from videogen.kinds.kind import Admission, AdmissionContext, Kind, KindLabels
from videogen.pipeline.stages import StageInfo

__all__ = ["Admission", "AdmissionContext", "Job", "JobStage", "Kind", "KindLabels", "RetryPolicy", "StageInfo"]
