"""Makes documents of a finished video: captions, a handout, slides, a page that plays it, a course for learning platforms.

May import `videogen.errors` and `models.errors`. Runs in renderer processes only: it reads the files of a finished video.
"""
