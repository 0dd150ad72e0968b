"""All tables of the store, in `metadata`: importing the modules registers them."""

import models.artifact
import models.asset
import models.brand
import models.dependency
import models.draft
import models.draft_language
import models.failed_login
import models.log
import models.login_session
import models.narration
import models.schedule
import models.share
import models.tag
import models.task
import models.token
import models.worker  # noqa: F401
from models.database import metadata

__all__ = ["metadata"]
